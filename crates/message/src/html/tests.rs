use proptest::prelude::*;

use super::reread::faults;
use super::*;

fn clean(source: &str) -> String {
    sanitize(source, &mut Pictures::default()).html.0
}

fn gif() -> Pictures {
    let mut pictures = Pictures::default();
    pictures.add("a b@x", 7, b"GIF89a");
    pictures
}

#[test]
fn what_is_harmless_is_shown_as_it_is() {
    for html in [
        "<p align=\"center\">Hello <b>there</b></p>",
        "<table border=\"0\" cellpadding=\"4\" width=\"600\"><tbody><tr><td colspan=\"2\" style=\"color:red\">a</td></tr></tbody></table>",
        "<ul><li>a</li><li>b</li></ul><blockquote>c</blockquote>",
        "<font color=\"red\" face=\"Arial\">a</font><br>b &amp; c &lt; d",
    ] {
        assert_eq!(clean(html), html);
    }
    assert_eq!(
        clean("<a href='https://x.test/?a=b&amp;c=d'>a</a>"),
        "<a href=\"https://x.test/?a=b&amp;c=d\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">a</a>"
    );
}

#[test]
fn carelessly_written_html_is_read_as_browsers_read_it() {
    for (html, expected) in [
        ("<p>a<p>b", "<p>a</p><p>b</p>"),
        ("<ul><li>a<li>b</ul>c", "<ul><li>a</li><li>b</li></ul>c"),
        (
            "<table><tr><td>a<td>b<tr><td>c</table>",
            "<table><tbody><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></tbody></table>",
        ),
        ("<b>a<div>b</b>c</div>d", "<b>a</b><div><b>b</b>c</div>d"),
        ("<div><span>a<div>b</span>c</div>d</div>e", "<div><span>a<div>bc</div>d</span></div>e"),
        ("<table><td>a</div></span>b</td></table>c", "<table><tbody><tr><td>ab</td></tr></tbody></table>c"),
        (
            "<html><head><title>t</title></head><body bgcolor=red>a</body></html>b",
            "<div bgcolor=\"red\">ab</div>",
        ),
        ("<o:p>a</o:p><center>b", "a<center>b</center>"),
        ("a</p>b</b>", "ab"),
    ] {
        assert_eq!(clean(html), expected, "{html}");
    }
}

#[test]
fn what_runs_is_left_out() {
    for (html, expected) in [
        ("a<script>alert(1)</script>b", "ab"),
        ("a<SCRIPT\n>alert(1)</sCript\n>b<script src=//x.test>", "ab"),
        ("<scr<script>ipt>alert(1)</script>", "ipt&gt;alert(1)"),
        ("<svg onload=alert(1)><script>alert(1)</script></svg>", ""),
        ("<svg/onload=alert(1)>a", "a"),
        ("<p onclick=alert(1) ONMOUSEOVER='a' style=color:red>a</p>", "<p style=\"color:red\">a</p>"),
        ("<iframe src=javascript:alert(1)>a</iframe><object data=a>b</object><embed src=c>", "b"),
        ("<form action=//x.test><input name=a><button formaction=b>c</button></form>", "c"),
        ("<meta http-equiv=refresh content='0;url=http://x.test'><base href=//x.test>a", "a"),
        ("<link rel=stylesheet href=//x.test/a.css><style>@import '//x.test'</style>a", "a"),
        ("<body onload=alert(1)>a", "<div>a</div>"),
        ("<details open ontoggle=alert(1)>a</details>", "<details>a</details>"),
        ("<div style=\"background:url(javascript:alert(1))\">a</div>", "<div>a</div>"),
        ("<div style='width:expression(alert(1));color:red'>a</div>", "<div style=\"color:red\">a</div>"),
        ("<div style='position:fixed;top:0;z-index:9'>a</div>", "<div>a</div>"),
        ("<!--[if gte mso 9]><script>alert(1)</script><![endif]-->a", "a"),
        ("<plaintext>a<script>alert(1)</script>", "a"),
    ] {
        let cleaned = clean(html);
        assert_eq!(cleaned.replace("&gt;", ">"), expected.replace("&gt;", ">"), "{html}");
        assert_eq!(faults(&cleaned), Vec::<String>::new(), "{html}");
    }
}

#[test]
fn links_lead_to_the_web_and_to_addresses_only() {
    for url in [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\tscript:alert(1)",
        "java&#10;script:alert(1)",
        "&#106;avascript:alert(1)",
        "&#x6A&#x61vascript&colon;alert(1)",
        "\u{1}javascript:alert(1)",
        "vbscript:a",
        "data:text/html,<script>alert(1)</script>",
        "data:text/html;base64,PHNjcmlwdD4=",
        "cid:a",
        "file:///etc/passwd",
        "//x.test/a",
        "/a",
        "a",
        "#a",
        "http:x.test",
        "ht\ntp://x.test",
        "",
    ] {
        let cleaned = clean(&format!("<a href=\"{url}\">a</a>"));
        assert!(!cleaned.contains("href"), "{url:?} became {cleaned}");
        assert_eq!(faults(&cleaned), Vec::<String>::new());
    }
    assert!(clean("<a href=MAILTO:a@x.test>a</a>").contains("href=\"MAILTO:a@x.test\""));
    assert!(clean("<a href=' https://x.test\n'>a</a>").starts_with("<a href=\"https://x.test\" "));
    assert!(!clean("<area href=http://x.test><map name=a></map>").contains("http"));
}

#[test]
fn what_browsers_read_differently_a_second_time_is_safe() {
    for html in [
        "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
        "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        "<template><p title=\"</template><img src=x onerror=alert(1)>\"></template>",
        "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
        "<math><annotation-xml encoding=\"text/html\"><style><img src=x onerror=alert(1)></style></annotation-xml></math>",
        "<svg><foreignObject><math><mi><b><style></b><img src onerror=alert(1)></style>",
        "<title><a title=\"</title><script>alert(1)</script>\">",
        "<textarea><img title=\"</textarea><img src=x onerror=alert(1)>\"></textarea>",
        "<xmp><p title=\"</xmp><svg onload=alert(1)>\">",
        "<select><style></select><img src=x onerror=alert(1)></style>",
        "<a title='\"><script>alert(1)</script>'>a</a>",
        "<p title=\"`><img src=x onerror=alert(1)>\">",
        "<img alt=\"<script>alert(1)</script>\" src=x>",
        "<img alt=\"&lt;script&gt;alert(1)&lt;/script&gt;\">",
        "<img/alt='&quot; onerror=alert(1) x=&quot;'src=\"cid:a%20b@x\">",
        "<<b>script>alert(1)<</b>/script>",
        "<a href=\"http://x.test/\"onclick=alert(1)>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
    ] {
        let cleaned = sanitize(html, &mut gif()).html.0;
        assert_eq!(faults(&cleaned), Vec::<String>::new(), "{html} became {cleaned}");
        assert_eq!(faults(&clean(&cleaned)), Vec::<String>::new(), "{html} became {cleaned}");
    }
}

#[test]
fn pictures_from_elsewhere_become_the_words_that_stand_for_them() {
    for html in [
        "<img src=\"http://x.test/a.png\" alt=\"A &amp; b\">",
        "<IMG SRC=//x.test/a.png ALT='A &amp; b'>",
        "<img srcset='http://x.test/a 1x' alt='A &amp; b'>",
        "<image src=\"h&#116;tp://x.test\" alt=\"A &amp; b\">",
    ] {
        let sanitized = sanitize(html, &mut Pictures::default());
        assert_eq!(sanitized.html.as_str(), "A &amp; b", "{html}");
        assert!(sanitized.has_blocked_images, "{html}");
    }
    for html in [
        "<table background=http://x.test/a><td>a</table>",
        "<body background='//x.test/a'>a",
        "<div style=\"background:url( 'http://x.test/a')\">a</div>",
        "<style>p { background: URL(//x.test/a) }</style>a",
    ] {
        let sanitized = sanitize(html, &mut Pictures::default());
        assert!(sanitized.has_blocked_images, "{html}");
        assert!(!sanitized.html.as_str().contains("x.test"), "{html}");
    }
    for html in [
        "<img src=cid:none>a",
        "<img src='data:image/png;base64,AAAA'>a",
        "<a href=http://x.test>a</a>",
        "url(a)",
    ] {
        assert!(!sanitize(html, &mut Pictures::default()).has_blocked_images, "{html}");
    }
}

#[test]
fn pictures_of_the_message_are_shown() {
    let mut pictures = gif();
    let html = "<img alt=a width=9 onerror=b src=\"CID:a%20b@x\"> &lt;img src=\"cid:7\" <b title='<img src=\"cid:7\"'>";
    let sanitized = sanitize(html, &mut pictures).html.0;
    assert!(
        sanitized.starts_with("<img src=\"data:image/gif;base64,R0lGODlh\" alt=\"a\" width=\"9\"> "),
        "{sanitized}"
    );
    assert_eq!(sanitized.matches("data:").count(), 1, "{sanitized}");
    assert_eq!(pictures.shown().iter().copied().collect::<Vec<_>>(), [7]);
}

#[test]
fn a_page_that_is_all_pictures_has_content() {
    assert!(has_content("<p>a") && has_content("<img src=a>"));
    assert!(!has_content("<html><title>a</title><style>b</style><p>&nbsp; <br></p><!-- c -->"));
}

mod slow {
    use super::*;

    /// Twice the time for twice the bytes takes seconds here; four times would take minutes, which no test has.
    const BYTES: usize = 128 * 1024;

    #[test]
    fn hostile_html_is_read_in_a_time_that_grows_with_its_length() {
        let numbered =
            |piece: &str| (0..50_000).map(|at| piece.replace('#', &at.to_string())).collect::<String>();
        let attributes = format!("<b title={}>", " a".repeat(60_000));
        let value = format!("<b title=\"{}\">", "&".repeat(8_000));
        for piece in [
            "<div>",
            "<p>",
            "<b>",
            "<a>",
            "<table>",
            "<table><td>",
            "<td><b>",
            "<span><div></span>",
            "</p>",
            "</x>",
            "<a b=c ",
            "<!--",
            "<",
            "</",
            "<style>",
            "<b><p>",
            "<font><table>",
            "<li><b>",
            "<p><b></p>",
            "<img>",
            "&",
            "&#",
            "&a",
            "&lt",
            "\u{a0}",
            "a ",
            "\u{0}",
            "<br>",
            "<i></b>",
            "</table>",
            "<tr>",
            "<div></b>",
            "<a><div></a>",
            "<blockquote>",
            "<pre>\n",
            "://",
            "http://a",
            "http://a))))",
            &numbered("<b title=#>"),
            &numbered("<b title=#><div></b>"),
            &attributes,
            &value,
        ] {
            let source = piece.repeat(BYTES / piece.len() + 1);
            let source = source.get(..BYTES).unwrap();
            assert!(clean(source).len() < 16 * BYTES, "{:?}", piece.get(..20));
            plain::marked_up(source);
        }
    }
}

proptest! {
    #[test]
    fn any_soup_becomes_safe(soup in soup()) {
        let cleaned = sanitize(&soup, &mut gif()).html.0;
        prop_assert_eq!(faults(&cleaned), Vec::<String>::new(), "{} became {}", soup, cleaned);
        let again = clean(&cleaned);
        prop_assert_eq!(faults(&again), Vec::<String>::new(), "{} became {}", soup, again);
    }

    #[test]
    fn any_text_becomes_safe(soup in soup()) {
        prop_assert_eq!(faults(&plain::marked_up(&soup)), Vec::<String>::new());
    }
}

/// Pieces of HTML in any order.
fn soup() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => proptest::sample::select(&[
            "<", ">", "/", "=", "\"", "'", " ", "\t", "\n", "`", "&", ";", "</", "<!--", "-->", "--!>", "<!", "<?", "<![CDATA[", "]]>",
            "<script", "<style", "<svg", "<math", "<template", "<noscript", "<title", "<textarea", "<xmp", "<iframe",
            "<table", "<td", "<tr", "<select", "<option", "<form", "<p", "<b", "<a", "<img", "<div", "<mtext", "<mglyph",
            "<foreignObject", "<annotation-xml", "<body", "<plaintext", "</script", "</style", "</svg", "</math", "</p", "</b",
            "</a", "</table", "</td", "</title", "</div",
        ][..]).prop_map(str::to_owned),
        2 => proptest::sample::select(&[
            " href=", " src=", " style=", " onerror=alert(1)", " onload=", " title=", " alt=", " srcset=", " background=",
            " xlink:href=", " cid:7", "cid:a%20b@x", "javascript:alert(1)", "java\tscript:", "data:text/html,", "http://x.test/",
            "https://", "mailto:a@x.test", "url(http://x.test)", "expression(", "position:fixed;", "color:red;", "&lt;", "&gt;",
            "&quot;", "&#106;", "&#x3c;", "&nbsp;", "\u{0}", "\u{a0}", "\u{1}",
        ][..]).prop_map(str::to_owned),
        1 => "\\PC{0,6}",
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}
