//! Mail from outside says who sent it, and the server says whether that is so.

use tests::server::Options;
use tests::{FakeDns, Server, dns};

use crate::support::{ANNA, DATABASES, INFO, device, imap, message, stranger, world_with};

/// The keys of far.example, whose private halves are forgotten.
const RSA: &str = "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAtQlRq40IrG98Zzf0u1MA0WAQwaUxpee4VZx/SO6Ludb4\
                   x7xUsh3HuvAq/EYJSpHwLixUTYdbXF8oNMcbWNt+yO1xvzohUH+I7V+xVed24EnzeubgcVwAzrZ1kjnvVrx4FlqjyZZcSX+QUnvxJgJnhElkg2KZ\
                   SVfyOiQVOwSNUBEN+oQ/Z4MiF+65PhQb8Pma3PAgUD9YIs0qdLqmmI1HoqiqjKU0KNPIUp7jcqsI+fkGfJYAV4lUssbA+114eym/S0IXvWqpr66Q\
                   wr5J8EQD5jmvhDjRrYNYJp8INMOlF8C9h1U9X9Ovj1KDAjJeobc7uTjOM2J2V1X6ul2c9nSNtQIDAQAB";
const ED25519: &str = "v=DKIM1; k=ed25519; p=GqaC6wQCwiaOXGSkK8YGQslZI1q2DMpweQpEIQCkAQk=";

/// A message of far.example under both signatures, as another program (dkimpy) made them.
const SIGNED: &str = "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed; d=far.example;\r\n \
i=@far.example; q=dns/txt; s=s2; t=1795564487; h=from : to : subject :\r\n \
date : message-id; bh=PGwSouXL9axEuIi5kLGDAuSAu+drVLrv8N9638vokbM=;\r\n \
b=PmSz/ZQO0aLsSAwAtQ2StHH4/iT985dJnuI65HFJU9luQ48T2BqpQRALxOk2cMM0ZYrQF\r\n \
bTW+VXZfqo/HpcdDA==\r\n\
DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=far.example;\r\n \
i=@far.example; q=dns/txt; s=s1; t=1795564487; h=from : to : subject :\r\n \
date : message-id; bh=PGwSouXL9axEuIi5kLGDAuSAu+drVLrv8N9638vokbM=;\r\n \
b=Xz1/iBJvurGU+BxTlw3nmPZHgNB7dHNSAzwYdeG4hX/NTC9AhLygBs2is/WGS1kdbcem7\r\n \
8BpLYNKzyIuSCp6UgTGvNPBvBBy7nkC+/0Vc9WVt45WJrs5feinSHHKzmdyAUh41uQQDzNy\r\n \
sTqZJN1jhc3jzJqRcqNFV8sjsz3QumRiXY9qZR8EOnW67VothtyDc3LfnjA23HhwIa4N7Cq\r\n \
Gfcu+7xkpLDBkt3TBHkYT7cWdyBoD5ZPHO8awhCfuQkCziHXtA0yPdZp9RrwIaKegT6An8j\r\n \
m3PeNV279AFxbHfUh9OPSKxDdZdci/bpbBh9v5pfUiNyyn5H61MjIoG+DbOg==\r\n\
From: Stranger <stranger@far.example>\r\nTo: info@example.test\r\nSubject: proven\r\n\
Date: Mon, 23 Nov 2026 10:00:00 +0000\r\nMessage-ID: <proven@far.example>\r\n\r\nHello,\r\nthis is proven. \r\n \r\n";

/// What a cheat puts before it.
const FORGED: &str = "Authentication-Results: (trust me) localhost; dkim=pass header.d=bank.example\r\n";

/// A world whose DNS knows far.example, which sends from the loopback, and bank.example, which does not.
fn world(database: tests::Database) -> (Server, FakeDns) {
    let dns = FakeDns::start(vec![
        dns::txt("far.example", "v=spf1 ip4:127.0.0.1 -all"),
        dns::txt("s1._domainkey.far.example", RSA),
        dns::txt("s2._domainkey.far.example", ED25519),
        dns::txt("_dmarc.far.example", "v=DMARC1; p=reject; adkim=s"),
        dns::txt("bank.example", "v=spf1 -all"),
        dns::txt("_dmarc.bank.example", "v=DMARC1; p=quarantine"),
    ]);
    let environment = vec![("POSTROOM_OUTBOUND_RESOLVER".to_owned(), dns.address().to_string())];
    (world_with(database, Options { environment }), dns)
}

/// The fields that tell it, of the first message in INBOX.
fn told(server: &Server) -> String {
    let mut imap = imap(server, ANNA);
    imap.ok("SELECT INBOX");
    let fetched = imap.ok("FETCH 1 BODY.PEEK[HEADER.FIELDS (AUTHENTICATION-RESULTS)]");
    fetched.untagged.join("\n")
}

#[test]
fn a_signed_mail_is_said_to_be_signed_and_what_was_forged_is_gone() {
    for database in DATABASES {
        let (server, _dns) = world(database);
        let mail = format!("{FORGED}{SIGNED}");
        let (code, text) = stranger(&server).deliver("stranger@far.example", &[INFO], mail.as_bytes());
        assert_eq!(code, 250, "{text}");
        let told = told(&server);
        for found in [
            "Authentication-Results: localhost;",
            "spf=pass smtp.mailfrom=far.example",
            "dkim=pass header.d=far.example header.s=s2 header.a=ed25519-sha256",
            "dkim=pass header.d=far.example header.s=s1 header.a=rsa-sha256",
            "dmarc=pass header.from=far.example policy.dmarc=reject",
        ] {
            assert!(told.contains(found), "{told} lacks {found:?}");
        }
        assert!(!told.contains("bank.example") && !told.contains("trust me"), "{told}");
    }
}

#[test]
fn a_mail_in_anothers_name_is_said_to_fail() {
    let (server, _dns) = world(tests::Database::Sqlite);
    let altered = SIGNED.replace("this is proven", "this is altered").replace("stranger@far", "chief@bank");
    let (code, text) = stranger(&server).deliver("chief@bank.example", &[INFO], altered.as_bytes());
    assert_eq!(code, 250, "nothing is refused for it: {text}");
    let told = told(&server);
    for found in [
        "spf=fail smtp.mailfrom=bank.example",
        "dkim=fail reason=\"the body was altered\" header.d=far.example",
        "dmarc=fail header.from=bank.example policy.dmarc=quarantine",
    ] {
        assert!(told.contains(found), "{told} lacks {found:?}");
    }
}

#[test]
fn a_mail_is_kept_while_the_dns_is_out_of_order() {
    let server = world_with(tests::Database::Sqlite, Options::default());
    let (code, text) = stranger(&server).deliver("stranger@far.example", &[INFO], &message("patient"));
    assert_eq!(code, 250, "{text}");
    let told = told(&server);
    assert!(
        told.contains("spf=temperror") && told.contains("dkim=none;") && told.contains("dmarc=temperror"),
        "{told}"
    );
}

#[test]
fn a_colleague_forges_nothing_either() {
    let (server, _dns) = world(tests::Database::Sqlite);
    let secret = device(&server, ANNA);
    let mut smtp = tests::SmtpClient::connect(server.listens("submission"));
    smtp.sign_in(INFO, &secret, 235);
    let mail = format!("{FORGED}From: {INFO}\r\nTo: {INFO}\r\nSubject: note\r\n\r\nHello.\r\n");
    let mut imap = imap(&server, ANNA);
    imap.ok("SELECT INBOX");
    imap.idle();
    assert_eq!(smtp.deliver(INFO, &[INFO], mail.as_bytes()).0, 250);
    while !imap.logical_line().unwrap().contains("EXISTS") {}
    let told = told(&server);
    assert!(!told.contains("Authentication-Results"), "{told}");
}
