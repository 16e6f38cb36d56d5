"""The command `help`: the pages that the window's help shows."""

import shutil

from desktop_app.cli.help_text import terminal_text
from desktop_app.cli.output import print_error, print_json, say
from desktop_app.cli.session import DONE, WRONG_USE, Session
from desktop_app.help_pages import INDEX, HelpPages, Topic
from desktop_app.library import LibraryError
from desktop_app.paths import resources
from desktop_app.printable import did_you_mean

# Longer lines are hard to read; shorter ones are for a terminal that has no more.
_MOST_WIDTH, _LEAST_WIDTH = 100, 40


def help_command(session: Session) -> int:
    """Print a page, or without a topic what there is to read."""
    pages = HelpPages(resources() / "help")
    wanted = session.arguments.topic
    if wanted is None:
        return _list(session, pages)
    topic = pages.topics.get(wanted.lower().removesuffix(".md"))
    if topic is None:
        print_error(_unknown(wanted, pages), as_json=session.as_json)
        return WRONG_USE
    if session.as_json:
        print_json({"topic": topic.key, "title": topic.title, "text": pages.text(topic.key)})
        return DONE
    width = min(_MOST_WIDTH, max(_LEAST_WIDTH, shutil.get_terminal_size().columns))
    for line in terminal_text(pages.text(topic.key), width).splitlines():
        say(line)
    return DONE


def _list(session: Session, pages: HelpPages) -> int:
    topics = [topic for topic in pages.topics.values() if topic.key != INDEX]
    if session.as_json:
        print_json([_topic_json(topic) for topic in topics])
        return DONE
    widest = max(len(topic.key) for topic in topics)
    say("vislumbre help TOPIC prints a page:")
    say("")
    for topic in topics:
        say(f"  {topic.key:<{widest}}  {topic.says}")
    say("")
    say("vislumbre COMMAND --help lists what a command takes.")
    return DONE


def _topic_json(topic: Topic) -> dict[str, object]:
    return {"topic": topic.key, "title": topic.title, "says": topic.says}


def _unknown(wanted: str, pages: HelpPages) -> LibraryError:
    hint = f"{did_you_mean(wanted, pages.topics)}`vislumbre help` lists them."
    return LibraryError(f"There is no page of help called “{wanted}”.", hint)
