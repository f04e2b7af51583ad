"""Python's own IMAP and SMTP clients against the server that the environment names."""

import imaplib
import os
import smtplib
import ssl
from email.message import EmailMessage

ADDRESS = os.environ["ADDRESS"]
SECRET = os.environ["SECRET"]
TRUSTING = ssl._create_unverified_context()  # the server's certificate is its own


def port(name):
    return int(os.environ[name])


def check(answer):
    status, data = answer
    assert status == "OK", answer
    return data


def read(imap):
    check(imap.login(ADDRESS, SECRET))
    folders = b" ".join(check(imap.list()))
    for special in (b"\\Sent", b"\\Drafts", b"\\Junk", b"\\Trash", b"\\Archive"):
        assert special in folders, (special, folders)
    assert int(check(imap.select("INBOX"))[0]) >= 1
    assert check(imap.search(None, "SUBJECT", '"for python"')) == [b"1"]
    (_, raw), *_ = check(imap.fetch("1", "(BODY.PEEK[])"))
    assert b"Subject: for python\r\n" in raw, raw
    check(imap.store("1", "+FLAGS", "\\Flagged"))
    assert b"\\Flagged" in check(imap.fetch("1", "(FLAGS)"))[0]
    check(imap.append("Drafts", "\\Draft", None, b"Subject: a draft\r\n\r\nnot yet\r\n"))
    check(imap.copy("1", "Archive"))
    check(imap.select("Drafts"))
    # The second reader's draft has a UID of its own: those of the first are never used again.
    (uids,) = check(imap.uid("SEARCH", "ALL"))
    check(imap.uid("STORE", uids.decode(), "+FLAGS", "\\Deleted"))
    check(imap.expunge())
    assert check(imap.search(None, "ALL")) == [b""]
    check(imap.unselect())
    imap.logout()


def send(smtp, subject):
    smtp.login(ADDRESS, SECRET)
    message = EmailMessage()
    message["From"] = ADDRESS
    message["To"] = ADDRESS
    message["Subject"] = subject
    message.set_content("hello, Grüße\n.\nthat was a dot\n")
    refused = smtp.send_message(message)
    assert refused == {}, refused
    smtp.quit()


read(imaplib.IMAP4_SSL("127.0.0.1", port("IMAPS"), ssl_context=TRUSTING))

plain = imaplib.IMAP4("127.0.0.1", port("IMAP"))
check(plain.starttls(ssl_context=TRUSTING))
read(plain)

send(smtplib.SMTP_SSL("127.0.0.1", port("SUBMISSIONS"), context=TRUSTING), "by smtplib over TLS")

upgraded = smtplib.SMTP("127.0.0.1", port("SUBMISSION"))
upgraded.starttls(context=TRUSTING)
send(upgraded, "by smtplib over STARTTLS")
