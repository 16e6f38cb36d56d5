"""Engine events cross to the GUI thread at one point."""

import threading
from collections.abc import Callable
from pathlib import Path

from desktop_app.library import Event, FolderMissing, FoldersChanged, Listener
from desktop_app.ui.background.bridge import LibraryBridge


class FakeLibrary:
    """Speaks to its listeners as the engine does, on whatever thread it is called."""

    def __init__(self) -> None:
        self.listeners: list[Listener] = []

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def say(self, *events: Event) -> None:
        for event in events:
            for listener in list(self.listeners):
                listener(event)


def test_events_of_an_engine_thread_arrive_in_order_on_the_gui_thread(qtbot):
    library = FakeLibrary()
    heard: list[tuple[Event, threading.Thread]] = []
    bridge = LibraryBridge(library.subscribe)
    bridge.happened.connect(lambda event: heard.append((event, threading.current_thread())))
    events = [FolderMissing(Path(f"/photos/{number}")) for number in range(50)]
    thread = threading.Thread(target=library.say, args=events)
    thread.start()
    qtbot.waitUntil(lambda: len(heard) == 50)
    thread.join()
    assert [event for event, _ in heard] == events
    assert {thread for _, thread in heard} == {threading.main_thread()}
    bridge.close()


def test_a_closed_bridge_is_silent_and_unsubscribed(qtbot):
    library = FakeLibrary()
    heard: list[Event] = []
    bridge = LibraryBridge(library.subscribe)
    bridge.happened.connect(heard.append)
    library.say(FoldersChanged())
    bridge.close()
    bridge.close()
    assert library.listeners == []
    # What one hears that came later arrives after all that was under way.
    later = LibraryBridge(library.subscribe)
    with qtbot.waitSignal(later.happened):
        library.say(FoldersChanged())
    later.close()
    assert heard == []
