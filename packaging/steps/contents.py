"""What of everything installed goes into the frozen program, as lists that ``vislumbre.spec`` follows.

Whatever is left out here was measured: the program indexes, searches and opens all its formats without it.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

# Found by no reading of the code, for they are imported by name.
HIDDEN_MODULES = (
    "_pi_heif",
    "milvus_lite.server_manager",
    "pi_heif",
    "rawpy",
)
# pymilvus asks for the version of milvus-lite and does without it where there is none; `doctor` shows the others.
METADATA = (
    "milvus-lite",
    "numpy",
    "openvino",
    "onnxruntime",
    "pi-heif",
    "pillow",
    "pyarrow",
    "pymilvus",
    "PySide6_Essentials",
    "rawpy",
    "safetensors",
    "tokenizers",
    "watchdog",
)
# Opened by name while the program runs, so that no reading of imports finds them.
LIBRARIES_OF_PACKAGES = ("openvino",)
# Of the lists of words those that `library/search/spoken.py` asks.
LANGUAGES = ("de", "en", "es", "fr", "it", "nl", "pt")
DATA_OF_PACKAGES = {
    "spellchecker": tuple(f"resources/{code}.json.gz" for code in LANGUAGES),
    "certifi": ("cacert.pem",),
}
# What PyInstaller would run before the program: nothing here asks for the lines of its own sources, nor starts processes by
# multiprocessing, and importing that takes 0.1 s of each process. On Linux Qt finds its plugins beside its libraries, and
# where they are would be told to every other program that is started from ours, which may be made with another Qt.
_LEFT_OUT_HOOKS = {"pyi_rth_inspect", "pyi_rth_multiprocessing"}
_LEFT_OUT_ON_LINUX = {"pyi_rth_pyside6"}
EXCLUDED_MODULES = (
    # Not of the running program: torch and its kin, GPL parts, tools of building and testing.
    "av",
    "IPython",
    "matplotlib",
    "mypy",
    "onnx",
    "open_clip",
    "pillow_jxl",
    "pip",
    "pytest",
    "scipy",
    "setuptools",
    "sympy",
    "timm",
    "torch",
    "torchvision",
    "hatchling",
    "editables",
    "trove_classifiers",
    "pluggy",
    "pathspec",
    "lib2to3",
    "pydoc_data",
    "tkinter",
    "turtledemo",
    "idlelib",
    # Parts of packages that nothing calls.
    "openvino.tools",
    "openvino.torch",
    "openvino.frontend.jax",
    "openvino.frontend.paddle",
    "openvino.frontend.pytorch",
    "openvino.frontend.tensorflow",
    # pymilvus is imported without it, see `library/vectors/pymilvus_alone.py`.
    "pandas",
    "pyarrow._azurefs",
    "pyarrow._flight",
    "pyarrow._gcsfs",
    "pyarrow._hdfs",
    "pyarrow._dataset_orc",
    "pyarrow._dataset_parquet_encryption",
    "pyarrow._orc",
    "pyarrow._parquet_encryption",
    "pyarrow._pyarrow_cpp_tests",
    "pyarrow._s3fs",
    "pyarrow._substrait",
    "pyarrow.flight",
    "pyarrow.orc",
    "pyarrow.parquet.encryption",
    "pyarrow.substrait",
    "pyarrow.tests",
    "numpy.f2py",
    "numpy.testing",
    "numpy.distutils",
)

_DROPPED = (
    # Whatever is read by compilers and not by the program.
    r"\.(a|c|cc|cmake|cpp|h|hh|hpp|lib|pc|pdb|prl|pxd|pxi|pyi|pyx|typed)$",
    r"(^|/)(tests?|include|cmake|__pycache__)/",
    # OpenVINO calculates on the processor; graphs are ONNX. Plugins for graphics cards and NPUs are never asked for.
    r"openvino_(intel_gpu|intel_npu|auto|auto_batch|hetero|template)_plugin",
    r"openvino_(gguf|jax|paddle|pytorch|tensorflow|tensorflow_lite)_frontend",
    r"^openvino/libs/cache\.json$",
    r"^openvino/frontend/(jax|paddle|pytorch|tensorflow)/",
    r"(^|/)(lib)?openvino_c(d)?\.",
    r"tbbmalloc_proxy",
    # Arrow reads and writes files of this computer.
    r"^(pyarrow/)?(lib)?arrow(_python)?_(flight|s3)",
    r"arrow_python_parquet_encryption",
    r"^pyarrow/_parquet_encryption\.",
    r"^pyarrow/(lib)?arrow[a-z_]*\.so$",
    r"^pyarrow/.*\.so\.\d+\.\d+\.\d+$",
    # Qt without QML, databases, printing of PDF, remote screens and screens without a window system.
    r"Qt6?(Designer|Egl[Ff][Ss]|Labs|Pdf|Quick|Qml|Quick3D|ShaderTools|Sql|Test|VirtualKeyboard|WebSockets)",
    r"PySide6/(Qt/)?(qml|metatypes|libexec|resources)/",
    r"PySide6/(Qt/)?translations/(?!qtbase_)",
    r"PySide6/(Qt/)?plugins/(designer|egldeviceintegrations|generic|networkinformation|platforminputcontexts/.*virtualkeyboard|qmllint|qmltooling|sqldrivers|tls/.*cert)",
    r"plugins/platforms/.*(eglfs|linuxfb|minimalegl|vkkhrdisplay|vnc|direct2d)",
    # GTK's look would bring GTK; its dialogs come from the desktop's portal.
    r"platformthemes/.*gtk3",
    r"imageformats/.*(pdf|tga|wbmp|icns)\.",
    r"opengl32sw\.dll|d3dcompiler_\d+\.dll",
)
# Of the system that the program runs on, and not of that it was built on: what has to fit the kernel, the drivers, the X
# server and the fonts there. The list is that of AppImage, as far as it concerns this program.
_OF_THE_SYSTEM = (
    "EGL",
    "GL",
    "GLX",
    "GLdispatch",
    "OpenGL",
    "X11",
    "X11-xcb",
    "asound",
    "c",
    "dbus-1",
    "dl",
    "drm",
    "expat",
    "fontconfig",
    "freetype",
    "gbm",
    "gcc_s",
    "gcrypt",
    "glib-2.0",
    "gobject-2.0",
    "gpg-error",
    "gthread-2.0",
    "m",
    "pthread",
    "stdc++",
    "systemd",
    "udev",
    "uuid",
    "wayland-client",
    "wayland-cursor",
    "wayland-egl",
    "wayland-server",
    "xcb",
    "z",
)
_SYSTEM_LIBRARY = re.compile(rf"^lib({'|'.join(map(re.escape, _OF_THE_SYSTEM))})\.so(\.\d+)*$")
# In no package's folder; the interpreter itself is opened by the program that starts it.
_LIBRARY = re.compile(r"^lib(?!python)[^/]*\.so[^/]*$")
_DROP = re.compile("|".join(_DROPPED))


def is_shipped(name: str, platform: str) -> bool:
    """Whether a file goes into the frozen program.

    Args:
        name: Its place in the program's folder, with either kind of slash.
        platform: As `sys.platform` names it.
    """
    place = name.replace("\\", "/")
    if _DROP.search(place):
        return False
    return platform != "linux" or not _SYSTEM_LIBRARY.match(place)


def is_run_before(hook: str, platform: str) -> bool:
    """Whether one of PyInstaller's hooks runs before the program, by its name."""
    return hook not in _LEFT_OUT_HOOKS | (_LEFT_OUT_ON_LINUX if platform == "linux" else set())


def wanted_libraries(names: Iterable[str], needs: Mapping[str, Iterable[str]]) -> set[str]:
    """Return the files that stay: everything in a package's folder, and of the libraries beside them what those need.

    PyInstaller collects what a plugin of Qt needs before that plugin is left out.

    Args:
        names: Of all files.
        needs: For a name, those of the libraries that it is linked with, without folders.
    """
    beside = {name for name in names if _LIBRARY.match(name)}
    found = {name for name in names if name not in beside}
    new = set(found)
    while new:
        linked = {library for name in new for library in needs.get(name, ())}
        new = (linked & beside) - found
        found |= new
    return found


def modules_of(package: Path) -> list[str]:
    """Return the names of all modules of a package, for the program names many of its own only while it runs."""
    places = (path.relative_to(package.parent).with_suffix("") for path in package.rglob("*.py"))
    return sorted(".".join(place.parts).removesuffix(".__init__") for place in places)
