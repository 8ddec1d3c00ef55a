"""How a letter reads: in words and in HTML, silent about levels and readers, and stopped by one press."""

import re
from html.parser import HTMLParser

import pytest

from accounts import mail
from accounts.models import Guardian, Letter
from tests.accounts.posting import SITE, Kind, of_each_kind, post


class Tags(HTMLParser):
    """Every tag with its attributes, and every address that one of them names."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.addresses: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.names.add(tag)
        self.addresses |= {value for name, value in attrs if name in {"href", "src", "srcset", "background", "action"}}


def html_of(message) -> str:
    ((body, kind),) = message.alternatives
    assert kind == "text/html"
    return body


class TestReading:
    def test_each_kind_has_text_and_html_that_say_the_same_address(self, reader):
        for letter in of_each_kind(reader):
            message = mail.message(letter)
            link = SITE + letter.about["address"]
            assert message.subject
            assert link in message.body
            assert link in Tags(html_of(message)).addresses
            assert "{" not in message.body + html_of(message).partition("</style>")[2]

    def test_nothing_is_fetched_and_every_link_leads_to_the_site(self, reader):
        for letter in of_each_kind(reader):
            html = html_of(mail.message(letter))
            tags = Tags(html)
            assert not tags.names & {"img", "script", "link", "iframe", "object", "video", "audio", "picture", "form"}
            assert not re.search(r"url\(|@import|@font-face|\bstyle=", html)
            assert tags.addresses
            assert all(address.startswith(f"{SITE}/") for address in tags.addresses)
            assert {found.rstrip(".") for found in re.findall(r"https?://[^\s/<]+", html)} == {SITE}
            assert "?" not in "".join(tags.addresses)

    def test_neither_subject_nor_letter_tells_a_level(self, reader):
        for letter in of_each_kind(reader):
            message = mail.message(letter)
            assert not re.search(r"\d", message.subject)
            assert not re.search(r"level \d", message.body + html_of(message))

    def test_what_people_have_written_is_text(self, reader):
        letter = post(reader, Kind.PROBLEM, why=["<b>Louder</b> & slower"], again=True, piece="Rock & Roll")
        message = mail.message(letter)
        assert message.subject == "Please record Rock & Roll again"
        assert "<b>Louder</b> & slower" in message.body
        assert "&lt;b&gt;Louder&lt;/b&gt; &amp; slower" in html_of(message)

    def test_a_line_in_a_name_makes_no_header(self, reader):
        message = mail.message(post(reader, piece="Minuet\r\nBcc: all@example.org"))
        assert message.message()["Bcc"] is None
        assert "\n" not in message.subject

    def test_it_goes_to_the_student_and_the_guardians_only_to_the_guardian(self, reader):
        for letter in of_each_kind(reader):
            to = "parent@example.org" if letter.kind == Kind.GUARDIAN else "ana@example.org"
            assert mail.message(letter).to == [to]

    @pytest.mark.parametrize(("students", "guardians", "expected"), [("es", "zh-hans", "zh-hans"), ("es", "", "en")])
    def test_it_speaks_the_language_of_its_reader(self, reader, students, guardians, expected):
        reader.language = students
        guardian = Guardian.objects.create(child=reader, email="parent@example.org", language=guardians)
        assert mail.language_of(Letter(user=reader, kind=Kind.RELEASED)) == "es"
        assert mail.language_of(Letter(user=reader, kind=Kind.GUARDIAN, guardian=guardian)) == expected

    def test_what_can_be_switched_off_can_be_so_with_one_press(self, reader):
        for letter in of_each_kind(reader):
            headers = mail.message(letter).extra_headers
            assert headers["Auto-Submitted"] == "auto-generated"
            if letter.kind in Letter.OPTIONAL:
                stop = SITE + mail.stop_path(reader, letter.kind)
                assert headers["List-Unsubscribe"] == f"<{stop}>"
                assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
            else:
                assert not {"List-Unsubscribe", "List-Unsubscribe-Post"} & set(headers)
