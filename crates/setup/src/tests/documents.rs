use axum::http::StatusCode;

use super::world::World;

const AUTOCONFIG: &str = "/.well-known/autoconfig/mail/config-v1.1.xml";
const AUTODISCOVER: &str = "/autodiscover/autodiscover.xml";
const SCHEMA: &str = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a";

/// Outlook's question for an address.
fn question(address: &str, schema: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><Autodiscover xmlns=\"http://schemas.microsoft.com/exchange/\
         autodiscover/outlook/requestschema/2006\"><Request><EMailAddress>{address}</EMailAddress>\
         <AcceptableResponseSchema>{schema}</AcceptableResponseSchema></Request></Autodiscover>"
    )
}

#[tokio::test]
async fn thunderbird_learns_of_domains_and_not_of_addresses() {
    let world = World::new().await;
    let there = world.ask("mail.test", &format!("{AUTOCONFIG}?emailaddress=info%40example.test")).await;
    assert_eq!(there.status, StatusCode::OK);
    assert_eq!(there.headers["content-type"], "text/xml; charset=utf-8");
    for address in ["nobody%40example.test", "INFO%40EXAMPLE.TEST", "%22a%0b%22%40example.test"] {
        let other = world.ask("mail.test", &format!("{AUTOCONFIG}?emailaddress={address}")).await;
        if address.contains("%0b") {
            assert_eq!(other.status, StatusCode::NOT_FOUND);
        } else {
            assert_eq!((other.status, other.text), (StatusCode::OK, there.text.clone()), "{address}");
        }
    }
    let by_host = world.ask("autoconfig.example.test:8080", "/mail/config-v1.1.xml").await;
    assert_eq!(by_host.text, there.text);
    for absent in ["a%40elsewhere.test", "a%40unproved.test", "a%40example.test%0d%0aX:1", "example.test", ""]
    {
        let path = format!("{AUTOCONFIG}?emailaddress={absent}");
        let answer = world.ask("autoconfig.example.test", &path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{absent}: {}", answer.text);
    }
    assert_eq!(world.ask("mail.test", AUTOCONFIG).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_domain_in_any_script_is_found_by_either_spelling() {
    let world = World::new().await;
    let [spoken, wire] = ["b%C3%BCcher.test", "xn--bcher-kva.test"].map(|domain| format!("a%40{domain}"));
    let spoken = world.ask("mail.test", &format!("{AUTOCONFIG}?emailaddress={spoken}")).await;
    let wire = world.ask("mail.test", &format!("{AUTOCONFIG}?emailaddress={wire}")).await;
    assert_eq!(spoken.text, wire.text);
    assert!(spoken.text.contains("<domain>xn--bcher-kva.test</domain>"), "{}", spoken.text);
    assert!(spoken.text.contains("<displayName>bücher.test</displayName>"), "{}", spoken.text);
}

#[tokio::test]
async fn outlook_gets_its_settings_whatever_the_address() {
    let world = World::new().await;
    for address in ["info@example.test", "nobody@example.test"] {
        for path in [AUTODISCOVER, "/Autodiscover/Autodiscover.xml"] {
            let answer = world.question(path, question(address, SCHEMA)).await;
            assert_eq!(answer.status, StatusCode::OK);
            assert!(answer.text.contains(&format!("<LoginName>{address}</LoginName>")), "{}", answer.text);
        }
    }
    let amp = world.question(AUTODISCOVER, question("a&amp;b@example.test", SCHEMA)).await;
    assert!(amp.text.contains("<LoginName>a&#38;b@example.test</LoginName>"), "{}", amp.text);
    for absent in ["a@elsewhere.test", "a@unproved.test"] {
        let answer = world.question(AUTODISCOVER, question(absent, SCHEMA)).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn what_outlook_would_not_ask_is_refused_in_its_words() {
    let world = World::new().await;
    let bomb = "<!DOCTYPE a [<!ENTITY x \"xxxxxxxxxx\"><!ENTITY y \"&x;&x;&x;&x;&x;&x;&x;&x;\">]>";
    for body in [
        String::new(),
        "Email=a".to_owned(),
        format!(
            "{bomb}{}",
            question("&y;@example.test", SCHEMA).replace("<?xml version=\"1.0\" encoding=\"utf-8\"?>", "")
        ),
        question("a@example.test\r\nX-Header: 1", SCHEMA),
        question("&lt;script&gt;@example.test", SCHEMA),
        "<a>".repeat(5_000),
    ] {
        let answer = world.question(AUTODISCOVER, body.clone()).await;
        assert_eq!(answer.status, StatusCode::OK, "{body}");
        assert!(answer.text.contains("<ErrorCode>600</ErrorCode>"), "{body}: {}", answer.text);
        assert!(!answer.text.contains("script"), "{}", answer.text);
    }
    let phones = "http://schemas.microsoft.com/exchange/autodiscover/mobilesync/responseschema/2006";
    let answer = world.question(AUTODISCOVER, question("a@example.test", phones)).await;
    assert!(answer.text.contains("<ErrorCode>601</ErrorCode>"), "{}", answer.text);
    let large = world.question(AUTODISCOVER, " ".repeat(16 * 1024 + 1)).await;
    assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn the_signpost_leads_to_the_document() {
    let world = World::new().await;
    let ask = async |query: &str| {
        let answer = world.ask("evil.test", &format!("/autodiscover/autodiscover.json?{query}")).await;
        let value = serde_json::from_str::<serde_json::Value>(&answer.text).unwrap_or_default();
        (answer.status, value)
    };
    let (status, value) = ask("Email=nobody%40example.test&Protocol=AutodiscoverV1").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(value["Protocol"], "AutodiscoverV1");
    assert_eq!(value["Url"], "https://mail.test/autodiscover/autodiscover.xml");
    for (query, code) in [
        ("Email=a%40example.test&Protocol=ActiveSync", "InvalidProtocol"),
        ("Email=a%40example.test", "MandatoryParameterMissing"),
        ("Protocol=autodiscoverv1", "InvalidUserId"),
        ("Email=a%0d%0a%40example.test&Protocol=autodiscoverv1", "InvalidUserId"),
    ] {
        let (status, value) = ask(query).await;
        assert_eq!((status, &value["ErrorCode"]), (StatusCode::BAD_REQUEST, &code.into()), "{query}");
    }
    let (status, _) = ask("Email=a%40elsewhere.test&Protocol=AutodiscoverV1").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_policy_is_there_for_domains_of_this_server() {
    let world = World::new().await;
    let path = "/.well-known/mta-sts.txt";
    let policy = world.ask("mta-sts.example.test", path).await;
    assert_eq!(policy.status, StatusCode::OK);
    assert!(policy.text.starts_with("version: STSv1\r\n"), "{}", policy.text);
    for host in ["mta-sts.elsewhere.test", "mta-sts.unproved.test", "example.test", "mail.test"] {
        assert_eq!(world.ask(host, path).await.status, StatusCode::NOT_FOUND, "{host}");
    }
}

#[tokio::test]
async fn only_whoever_has_access_is_told_how_to_use_an_address() {
    let world = World::new().await;
    let page = format!("/setup/{}", world.info);
    let profile = format!("{page}/apple.mobileconfig");
    let anna = world.ask_as("anna@home.test", &page).await;
    assert_eq!(anna.status, StatusCode::OK);
    assert!(anna.text.contains("<code>info@example.test</code>"), "{}", anna.text);
    let anna = world.ask_as("anna@home.test", &profile).await;
    assert_eq!(anna.headers["content-type"], "application/x-apple-aspen-config");
    assert!(anna.text.contains("<string>Anna Muster</string>"), "{}", anna.text);
    assert_eq!(world.ask_as("anna@home.test", "/setup").await.headers["location"], page.as_str());
    let ben = world.ask_as("ben@home.test", "/setup").await;
    assert!(ben.text.contains("You have no address yet"), "{}", ben.text);
    for path in [&page, &profile] {
        assert_eq!(world.ask_as("ben@home.test", path).await.status, StatusCode::NOT_FOUND);
        assert_eq!(world.ask("mail.test", path).await.status, StatusCode::SEE_OTHER);
    }
}
