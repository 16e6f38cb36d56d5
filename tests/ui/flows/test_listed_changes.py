"""No change of a list is forgotten before it is shown, whenever it is heard."""

from desktop_app.library import PhotosChanged
from desktop_app.ui.flows.listed_changes import ListedChanges
from desktop_app.ui.search.question import Browse, Words

MORE = PhotosChanged(everything=True)


def changed(*photos: int) -> PhotosChanged:
    return PhotosChanged(changed=frozenset(photos))


def shown() -> ListedChanges:
    changes = ListedChanges()
    changes.begin()
    changes.show(Browse())
    return changes


def test_before_a_list_is_shown_all_of_it_has_to_be_asked_for() -> None:
    changes = ListedChanges()
    assert changes.to_ask(Browse()) is None
    changes.begin()
    assert changes.to_ask(Browse()) is None
    changes.show(Browse())
    assert changes.to_ask(Browse()) == frozenset()
    assert changes.to_ask(Words("type:jpg")) is None


def test_each_kind_of_change_is_asked_about_until_it_is_answered() -> None:
    changes = shown()
    changes.hear(PhotosChanged(added=frozenset({1}), removed=frozenset({2}), changed=frozenset({3})))
    assert changes.to_ask(Browse()) == frozenset({1, 2, 3})
    # The answer was given up for another one.
    changes.hear(changed(4))
    assert changes.to_ask(Browse()) == frozenset({1, 2, 3, 4})
    changes.answered()
    assert changes.to_ask(Browse()) == frozenset()


def test_what_is_heard_while_an_answer_is_on_its_way_is_asked_about_again() -> None:
    changes = shown()
    changes.hear(changed(1))
    assert changes.to_ask(Browse()) == frozenset({1})
    changes.hear(changed(1))
    changes.answered()
    assert changes.to_ask(Browse()) == frozenset({1})


def test_what_is_heard_while_a_whole_list_is_on_its_way_comes_after_it() -> None:
    changes = shown()
    changes.begin()
    changes.hear(changed(1))
    changes.show(Browse())
    assert changes.to_ask(Browse()) == frozenset({1})


def test_more_than_can_be_named_means_the_whole_list_also_behind_one_that_is_on_its_way() -> None:
    changes = shown()
    changes.begin()
    changes.hear(MORE)
    changes.show(Browse())
    assert changes.to_ask(Browse()) is None
    changes.begin()
    changes.show(Browse())
    assert changes.to_ask(Browse()) == frozenset()
