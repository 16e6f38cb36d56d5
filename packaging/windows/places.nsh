; What installer and uninstaller both do; NSIS wants the functions of the second to begin with "un.".

!macro Places un

; Registry, Start menu: of all users, or of this one.
Function ${un}TakeContext
  ${If} $IsForAll = 1
    SetShellVarContext all
  ${Else}
    SetShellVarContext current
  ${EndIf}
FunctionEnd

; Pop a folder; return when no program of it runs any more, for Windows replaces no file of one that does.
; Ends with a code of its own where the person does not want that, and in silence.
Function ${un}WaitUntilClosed
  Exch $R0
  ${Do}
    Push $R0
    Call ${un}IsOpen
    Pop $R1
    ${If} $R1 = 0
      ${ExitDo}
    ${EndIf}
    MessageBox MB_OKCANCEL|MB_ICONEXCLAMATION "$(IsOpen)" /SD IDCANCEL IDOK close
    SetErrorLevel ${PROGRAM_IS_OPEN}
    Quit
    close:
    Call ${un}CloseWindows
    ; A library writes what it holds before it ends.
    ${For} $R2 1 100
      Push $R0
      Call ${un}IsOpen
      Pop $R1
      ${If} $R1 = 0
        ${ExitFor}
      ${EndIf}
      Sleep 200
    ${Next}
  ${Loop}
  Pop $R0
FunctionEnd

; Pop a folder, push 1 when a program of ours in it runs, else 0.
Function ${un}IsOpen
  Exch $R3
  Push $R4
  Push $R5
  StrCpy $R5 0
  !insertmacro LookAtExe "${NAME}.exe"
  !if "${WINDOW_EXE}" != "${NAME}.exe"
    !insertmacro LookAtExe "${WINDOW_EXE}"
  !endif
  StrCpy $R3 $R5
  Pop $R5
  Pop $R4
  Exch $R3
FunctionEnd

; Ask our windows to close, as their own button does. Explorer shows a folder of our name under the same title.
Function ${un}CloseWindows
  StrCpy $R4 0
  ${Do}
    FindWindow $R4 "" "${TITLE}" 0 $R4
    ${If} $R4 = 0
      ${ExitDo}
    ${EndIf}
    System::Call 'user32::GetClassName(p R4, t .R5, i 64)'
    StrCpy $R5 $R5 2
    ${If} $R5 == "Qt"
      System::Call 'user32::PostMessage(p R4, i 0x10, p 0, p 0)'
    ${EndIf}
  ${Loop}
FunctionEnd

!macroend

!macro LookAtExe name
  ${If} ${FileExists} "$R3\${name}"
    ClearErrors
    FileOpen $R4 "$R3\${name}" a
    ${If} ${Errors}
      StrCpy $R5 1
    ${Else}
      FileClose $R4
    ${EndIf}
  ${EndIf}
!macroend

!define IS_LINK 0x400
!define IS_FOLDER 0x10

; Pop a folder and remove it with all that is in it. Of a link or a junction only the link goes: what it leads to,
; photos perhaps, is not in the folder.
Function un.RemoveTree
  Exch $0
  Push $1
  Push $2
  Push $3
  System::Call 'kernel32::GetFileAttributes(t r0) i .r3'
  IntOp $3 $3 & ${IS_LINK}
  ${If} $3 = 0
    FindFirst $1 $2 "$0\*.*"
    ${DoUntil} $2 == ""
      ${If} $2 != "."
      ${AndIf} $2 != ".."
        System::Call 'kernel32::GetFileAttributes(t "$0\$2") i .r3'
        IntOp $3 $3 & ${IS_FOLDER}
        ${If} $3 = 0
          Delete "$0\$2"
        ${Else}
          Push "$0\$2"
          Call un.RemoveTree
        ${EndIf}
      ${EndIf}
      FindNext $1 $2
    ${Loop}
    FindClose $1
  ${EndIf}
  RMDir "$0"
  Pop $3
  Pop $2
  Pop $1
  Pop $0
FunctionEnd
