//! Mail comes and goes while people look.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tests::{Browser, SmtpClient};

use super::Story;
use super::people::{BEN, INFO};

/// A picture of one point.
const DOT: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";

fn deliver(story: &Story, message: &str) {
    let mut stranger = SmtpClient::connect(story.server.listens("smtp"));
    let (code, text) = stranger.deliver("stranger@far.example", &[INFO], message.as_bytes());
    assert_eq!(code, 250, "{text}");
}

fn head(subject: &str) -> String {
    format!(
        "From: =?utf-8?Q?Zo=C3=A9?= Stranger <stranger@far.example>\r\nTo: {INFO}\r\nSubject: {subject}\r\n\
         Date: Tue, 24 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n"
    )
}

/// Bytes of every value, for an attachment that must come back as it was.
fn attachment() -> Vec<u8> {
    (0..5_000u32).map(|number| (number.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
}

pub(super) async fn arrive_without_reload_and_are_read_safely(story: &Story) {
    let anna = &story.anna;
    deliver(story, &format!("{}\r\nHello,\r\nthis is plain.\r\n", head("A plain greeting")));
    anna.see("A plain greeting").await;
    deliver(story, &html());
    anna.see("Grüße aus Zürich").await;
    deliver(story, &with_attachment());
    anna.see("With a file").await;
    deliver(story, &large());
    anna.see("Ten megabytes").await;
    story.picture(anna, "10-mail-app-list").await;

    open(anna, "Grüße aus Zürich").await;
    anna.see("Pictures that would be fetched from elsewhere are not shown").await;
    story.picture(anna, "11-mail-app-reading").await;
    let frame = anna.find("the text of the message", "//iframe").await;
    let sandbox = frame.attr("sandbox").await.unwrap().unwrap();
    assert!(!sandbox.contains("allow-scripts") && !sandbox.contains("allow-same-origin"), "{sandbox}");
    let body = fetched(anna, &frame.attr("src").await.unwrap().unwrap()).await;
    let body = String::from_utf8(body).unwrap();
    assert!(body.contains("Hello <b>there</b>") && body.contains("data:image/png;base64,"), "{body}");
    for evil in ["<script", "onerror", "far.example/", "javascript:"] {
        assert!(!body.contains(evil), "{evil} is left in {body}");
    }

    open(anna, "With a file").await;
    let link = anna.find("the attachment", "//a[contains(@class,'attachment')]").await;
    let bytes = fetched(anna, &link.attr("href").await.unwrap().unwrap()).await;
    assert!(bytes == attachment(), "{} bytes came back", bytes.len());
}

/// Opens a message of the list.
pub(super) async fn open(browser: &Browser, subject: &str) {
    let row = format!("//a[@data-row][.//*[contains(normalize-space(),'{subject}')]]");
    browser.press(&format!("the message {subject}"), &row).await;
    browser.find("its subject", &format!("//article//h2[contains(normalize-space(),'{subject}')]")).await;
}

/// What the server sends this browser at a path.
async fn fetched(browser: &Browser, path: &str) -> Vec<u8> {
    let script = "const done = arguments[arguments.length - 1]; \
                  fetch(arguments[0]).then((answer) => answer.arrayBuffer()).then((buffer) => { \
                  let text = ''; for (const byte of new Uint8Array(buffer)) text += String.fromCharCode(byte); \
                  done(btoa(text)); });";
    let answer = browser.driver().execute_async(script, vec![path.into()]).await.unwrap();
    STANDARD.decode(answer.json().as_str().unwrap()).unwrap()
}

fn html() -> String {
    format!(
        "{}Content-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n\
         <p>Hello <b>there</b></p><img src=\"cid:dot\"><img src=\"http://far.example/spy.png\" onerror=\"alert(1)\">\
         <script>alert(2)</script><a href=\"javascript:alert(3)\">click</a>\r\n\
         --b\r\nContent-Type: image/png\r\nContent-ID: <dot>\r\nContent-Transfer-Encoding: base64\r\n\r\n{DOT}\r\n--b--\r\n",
        head("=?utf-8?Q?Gr=C3=BC=C3=9Fe_aus_Z=C3=BCrich?=")
    )
}

fn with_attachment() -> String {
    let encoded = STANDARD.encode(attachment());
    let lines: Vec<&str> =
        encoded.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!(
        "{}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSee the file.\r\n\
         --b\r\nContent-Type: application/octet-stream; name=\"data.bin\"\r\n\
         Content-Disposition: attachment; filename=\"data.bin\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n--b--\r\n",
        head("With a file"),
        lines.join("\r\n")
    )
}

fn large() -> String {
    let line = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789\r\n";
    format!("{}\r\n{}", head("Ten megabytes"), line.repeat(10_000_000 / line.len()))
}

pub(super) async fn a_reply_leaves_signed_and_once_to_sent(story: &Story) {
    let ben = &story.ben;
    ben.click("Reply").await;
    ben.fill("Text", "Thank you.\nBen for the office").await;
    story.picture(ben, "19-mail-app-reply").await;
    ben.click("Send").await;
    ben.see("Sent.").await;
    let taken = story.outside.next();
    assert_eq!(taken.sender, INFO);
    assert_eq!(taken.recipients, ["stranger@far.example"]);
    for piece in [
        "DKIM-Signature:",
        "d=example.test",
        "In-Reply-To:",
        "Subject: Re: A plain greeting\r\n",
        "Ben for the office",
    ] {
        assert!(taken.message.contains(piece), "{piece} is not in {}", taken.message);
    }
    // The copy is in the shared folder, once, for everybody.
    story.anna.click("Sent").await;
    story.anna.see("Re: A plain greeting").await;
    let rows = "//a[@data-row][.//*[contains(normalize-space(),'Re: A plain greeting')]]";
    let found = story.anna.driver().find_all(thirtyfour::By::XPath(rows)).await.unwrap();
    assert_eq!(found.len(), 1);

    // What cannot be delivered comes back.
    story.outside.refuse_next("550 5.1.1 no such person here");
    ben.click("Write").await;
    ben.fill("To", "nobody@far.example").await;
    ben.fill("Subject", "Is anybody there?").await;
    ben.fill("Text", "Hello?").await;
    ben.click("Send").await;
    ben.see("Sent.").await;
    ben.see("Your mail could not be delivered").await;
    assert_ne!(BEN, INFO);
}
