"""Where programs find the configuration of the person who runs them: the variable by which another place is named."""

import sys

VARIABLE = "WIN_PD_OVERRIDE_LOCAL_APPDATA" if sys.platform == "win32" else "XDG_CONFIG_HOME"
