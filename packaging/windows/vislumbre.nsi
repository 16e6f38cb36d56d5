; The installer for Windows. `python packaging/build.py nsis` compiles it and hands in what is named here in capitals;
; install.nsh and remove.nsh beside it in GENERATED are the list of the frozen program's files, written by that step.
;
; Setup.exe [/S] [/AllUsers] [/D=C:\folder]     /D is the last, without quotes; the program has a folder of its own there
; uninstall.exe [/S]                            the index is kept in silence, and the photos always
;
; Exit codes: 0 done, 1 given up by the person, 2 ended by an error, 3 not for this Windows, 4 Vislumbre is open,
; 5 /AllUsers without an administrator's rights.

Unicode true
!ifdef STUB
  Target ${STUB}
!endif
!include "MUI2.nsh"
!include "FileFunc.nsh"
!include "LogicLib.nsh"
!include "WinVer.nsh"
!include "WordFunc.nsh"
!include "x64.nsh"

!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\${TITLE}"
!define CLASSES "Software\Classes"
!define APP_PATH "Software\Microsoft\Windows\CurrentVersion\App Paths\${NAME}.exe"
!define NOT_FOR_THIS_WINDOWS 3
!define PROGRAM_IS_OPEN 4
!define NEEDS_ADMINISTRATOR 5

Name "${TITLE}"
Caption "${TITLE} ${VERSION}"
BrandingText "${TITLE} ${VERSION}"
OutFile "${OUTPUT}"
; Asked for only by who installs for all users, and then by starting this as an administrator.
RequestExecutionLevel user
ManifestDPIAware true
ManifestSupportedOS Win10
SetCompressor /SOLID lzma
SetCompressorDictSize 64
; A file that cannot be written ends the installation; nobody may skip a piece of a program.
AllowSkipFiles off
; The folder of its own below whatever was chosen makes a root as good a choice as any.
AllowRootDirInstall true
ShowInstDetails nevershow
ShowUninstDetails nevershow

!ifdef SIGN
  !finalize '${SIGN} "%1"' = 0
  !uninstfinalize '${SIGN} "%1"' = 0
!endif

VIProductVersion "${VERSION_NUMBERS}"
VIFileVersion "${VERSION_NUMBERS}"
!macro VersionWords language
  VIAddVersionKey /LANG=${language} "ProductName" "${TITLE}"
  VIAddVersionKey /LANG=${language} "ProductVersion" "${VERSION}"
  VIAddVersionKey /LANG=${language} "FileVersion" "${VERSION}"
  VIAddVersionKey /LANG=${language} "FileDescription" "${TITLE}"
  VIAddVersionKey /LANG=${language} "CompanyName" "${MAKER}"
  VIAddVersionKey /LANG=${language} "LegalCopyright" "${LICENCE}"
!macroend

Var IsForAll       ; 1 when it is installed for all users
Var AskedFor       ; what the command line says after the program's name

!define MUI_ICON "${GENERATED}/${NAME}.ico"
!define MUI_UNICON "${GENERATED}/${NAME}.ico"
!define MUI_WELCOMEFINISHPAGE_BITMAP "${GENERATED}/side.bmp"
!define MUI_UNWELCOMEFINISHPAGE_BITMAP "${GENERATED}/side.bmp"
!define MUI_ABORTWARNING
!define MUI_WELCOMEPAGE_TITLE "${TITLE} ${VERSION}"
!define MUI_WELCOMEPAGE_TEXT "$(WelcomeText)"
!define MUI_DIRECTORYPAGE_TEXT_TOP "$(DirectoryText)"
!define MUI_FINISHPAGE_RUN
!define MUI_FINISHPAGE_RUN_FUNCTION StartProgram

!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_LICENSE "${LICENCE_FILE}"
!define MUI_PAGE_CUSTOMFUNCTION_LEAVE TakeFolder
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES

; The first one is taken where none fits.
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "German"
!insertmacro MUI_LANGUAGE "PortugueseBR"
!insertmacro MUI_LANGUAGE "Spanish"
!insertmacro VersionWords ${LANG_ENGLISH}
!insertmacro VersionWords ${LANG_GERMAN}
!insertmacro VersionWords ${LANG_PORTUGUESEBR}
!insertmacro VersionWords ${LANG_SPANISH}

!include "languages.nsh"
!include "places.nsh"
!insertmacro Places ""
!insertmacro Places "un."

Function .onInit
  SetRegView 64
  ${GetParameters} $AskedFor
  Call RefuseOtherWindows
  StrCpy $IsForAll 0
  ClearErrors
  ${GetOptions} $AskedFor "/AllUsers" $0
  ${IfNot} ${Errors}
    StrCpy $IsForAll 1
    Call NeedAdministrator
  ${EndIf}
  Call TakeContext
  ; /D has filled it already; else an older version says where, and else it is the usual place.
  ${If} $INSTDIR == ""
    ReadRegStr $INSTDIR SHCTX "${UNINSTALL_KEY}" "InstallLocation"
  ${EndIf}
  ${If} $INSTDIR == ""
    ${If} $IsForAll = 1
      StrCpy $INSTDIR "$PROGRAMFILES64\${TITLE}"
    ${Else}
      StrCpy $INSTDIR "$LOCALAPPDATA\Programs\${TITLE}"
    ${EndIf}
  ${EndIf}
  Call TakeFolder
  Call AskBeforeOlder
FunctionEnd

; A folder of its own below whatever was chosen: so nobody's pictures lie beside the program's files.
Function TakeFolder
  trim:
    StrCpy $0 $INSTDIR 1 -1
    ${If} $0 == "\"
      StrCpy $INSTDIR $INSTDIR -1
      Goto trim
    ${EndIf}
  ${GetFileName} $INSTDIR $0
  ${If} $0 != "${TITLE}"
    StrCpy $INSTDIR "$INSTDIR\${TITLE}"
  ${EndIf}
FunctionEnd

Function RefuseOtherWindows
  ${IfNot} ${RunningX64}
    StrCpy $0 "$(Refuse32Bit)"
  ${ElseIf} ${IsNativeARM64}
    StrCpy $0 "$(RefuseArm)"
  ${ElseIfNot} ${AtLeastWin10}
    StrCpy $0 "$(RefuseOld)"
  ${Else}
    Return
  ${EndIf}
  MessageBox MB_OK|MB_ICONSTOP $0 /SD IDOK
  SetErrorLevel ${NOT_FOR_THIS_WINDOWS}
  Quit
FunctionEnd

Function NeedAdministrator
  UserInfo::GetAccountType
  Pop $0
  ${If} $0 != "Admin"
    MessageBox MB_OK|MB_ICONSTOP "$(NeedsAdministrator)" /SD IDOK
    SetErrorLevel ${NEEDS_ADMINISTRATOR}
    Quit
  ${EndIf}
FunctionEnd

; In silence it is done: who has a script for it has decided.
Function AskBeforeOlder
  ReadRegStr $0 SHCTX "${UNINSTALL_KEY}" "DisplayVersion"
  ${If} $0 == ""
    Return
  ${EndIf}
  ${VersionCompare} $0 "${VERSION}" $1
  ${If} $1 = 1
    MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON2 "$(AskOlder)" /SD IDYES IDYES done
    SetErrorLevel 1
    Quit
  ${EndIf}
  done:
FunctionEnd

Section "${TITLE}"
  Push $INSTDIR
  Call WaitUntilClosed
  Call RemoveOlderVersion
  ; First, so that what is left of an installation that ended halfway can be removed.
  SetOutPath "$INSTDIR"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  Call RegisterUninstaller
  !include "${GENERATED}/install.nsh"
  SetOutPath "$INSTDIR"
  CreateShortCut "$SMPROGRAMS\${TITLE}.lnk" "$INSTDIR\${WINDOW_EXE}" "" "$INSTDIR\${WINDOW_EXE}" 0 SW_SHOWNORMAL "" "$(Comment)"
  WriteRegStr SHCTX "${APP_PATH}" "" "$INSTDIR\${WINDOW_EXE}"
  Call RegisterFolderVerbs
SectionEnd

; By its own uninstaller, which knows its files: a new version brings others. Only one that the registry names is
; started, never a file that merely has that name in a folder that was chosen.
Function RemoveOlderVersion
  ReadRegStr $0 SHCTX "${UNINSTALL_KEY}" "InstallLocation"
  ${If} $0 == ""
  ${OrIfNot} ${FileExists} "$0\uninstall.exe"
    Return
  ${EndIf}
  Push $0
  Call WaitUntilClosed
  ReadRegStr $0 SHCTX "${UNINSTALL_KEY}" "InstallLocation"
  ExecWait '"$0\uninstall.exe" /S /Upgrade _?=$0' $1
  ${If} $1 <> 0
    DetailPrint "$0\uninstall.exe: $1"
  ${EndIf}
  Delete "$0\uninstall.exe"
  RMDir "$0"
FunctionEnd

Function RegisterUninstaller
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayName" "${TITLE}"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\${WINDOW_EXE},0"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "Publisher" "${MAKER}"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "URLInfoAbout" "${HOMEPAGE}"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "EstimatedSize" ${SIZE_KB}
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "NoModify" 1
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "NoRepair" 1
FunctionEnd

; Explorer puts a path in place of %V, a drive's as C:\ with the backslash that would take the closing quote with it.
; The dot after it stands for the same folder and keeps the quote.
!macro FolderVerb class
  WriteRegStr SHCTX "${CLASSES}\${class}\shell\${TITLE}" "" "$(SearchHere)"
  WriteRegStr SHCTX "${CLASSES}\${class}\shell\${TITLE}" "Icon" '"$INSTDIR\${WINDOW_EXE}",0'
  ; Else Explorer starts the program once for each of many folders.
  WriteRegStr SHCTX "${CLASSES}\${class}\shell\${TITLE}" "MultiSelectModel" "Single"
  WriteRegStr SHCTX "${CLASSES}\${class}\shell\${TITLE}\command" "" '"$INSTDIR\${WINDOW_EXE}" "%V\."'
!macroend

Function RegisterFolderVerbs
  !insertmacro FolderVerb "Directory"
  !insertmacro FolderVerb "Directory\Background"
  !insertmacro FolderVerb "Drive"
FunctionEnd

; Not as an administrator, whose library is another.
Function StartProgram
  ${If} $IsForAll = 1
    Exec '"$WINDIR\explorer.exe" "$INSTDIR\${WINDOW_EXE}"'
  ${Else}
    Exec '"$INSTDIR\${WINDOW_EXE}"'
  ${EndIf}
FunctionEnd

Function un.onInit
  SetRegView 64
  ${GetParameters} $AskedFor
  StrCpy $IsForAll 0
  ReadRegStr $0 HKLM "${UNINSTALL_KEY}" "InstallLocation"
  ${If} $0 == $INSTDIR
    StrCpy $IsForAll 1
    UserInfo::GetAccountType
    Pop $1
    ${If} $1 != "Admin"
      ; Windows asks the person, and the one that it starts then goes on from here.
      ExecShell "runas" "$INSTDIR\uninstall.exe" $AskedFor
      SetErrorLevel ${NEEDS_ADMINISTRATOR}
      Quit
    ${EndIf}
  ${EndIf}
  Call un.TakeContext
FunctionEnd

Section "Uninstall"
  Push $INSTDIR
  Call un.WaitUntilClosed
  ; File by file, and folders only when they are empty: what a person put there stays.
  !include "${GENERATED}/remove.nsh"
  ClearErrors
  ${GetOptions} $AskedFor "/Upgrade" $0
  ${IfNot} ${Errors}
    Return
  ${EndIf}
  Delete "$INSTDIR\uninstall.exe"
  SetOutPath "$TEMP"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\${TITLE}.lnk"
  DeleteRegKey SHCTX "${CLASSES}\Directory\shell\${TITLE}"
  DeleteRegKey SHCTX "${CLASSES}\Directory\Background\shell\${TITLE}"
  DeleteRegKey SHCTX "${CLASSES}\Drive\shell\${TITLE}"
  DeleteRegKey SHCTX "${APP_PATH}"
  DeleteRegKey SHCTX "${UNINSTALL_KEY}"
  Call un.AskForLibrary
SectionEnd

; Only the person's own: those of other users, and libraries that were put elsewhere, are nothing of ours to know.
Function un.AskForLibrary
  ${If} $IsForAll = 1
  ${OrIfNot} ${FileExists} "$LOCALAPPDATA\${TITLE}\*.*"
    Return
  ${EndIf}
  MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON2 "$(AskLibrary)" /SD IDNO IDNO keep
  Push "$LOCALAPPDATA\${TITLE}"
  Call un.RemoveTree
  keep:
FunctionEnd
