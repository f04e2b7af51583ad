use std::net::Ipv4Addr;

use hickory_resolver::proto::op::{Message, OpCode, ResponseCode};
use hickory_resolver::proto::rr::rdata::{A, AAAA, CNAME, MX, PTR, TXT};
use tokio::net::UdpSocket;

use super::*;

fn name(text: &str) -> Name {
    Name::from_ascii(text).unwrap()
}

fn mx(preference: u16, exchange: &str) -> RData {
    RData::MX(MX::new(preference, name(exchange)))
}

/// What the server of these tests knows: its answers, or the code of its refusal.
fn known(asked: &str, kind: RecordType) -> Result<Vec<(&'static str, RData)>, ResponseCode> {
    match (asked, kind) {
        ("two.test.", RecordType::MX) => {
            Ok(vec![("two.test.", mx(20, "Second.Test.")), ("two.test.", mx(10, "first.test."))])
        }
        ("null.test.", RecordType::MX) => Ok(vec![("null.test.", mx(0, "."))]),
        ("alias.test.", RecordType::MX) => Ok(vec![
            ("alias.test.", RData::CNAME(CNAME(name("real.test.")))),
            ("real.test.", mx(5, "mail.real.test.")),
        ]),
        ("_spf.two.test.", RecordType::TXT) => {
            Ok(vec![("_spf.two.test.", RData::TXT(TXT::new(vec!["v=spf1 ".to_owned(), "-all".to_owned()])))])
        }
        ("first.test.", RecordType::A) => Ok(vec![("first.test.", RData::A(A(Ipv4Addr::new(192, 0, 2, 1))))]),
        ("first.test." | "halfbroken.test.", RecordType::AAAA) => {
            let address = "2001:db8::1".parse().unwrap();
            Ok(vec![("first.test.", RData::AAAA(AAAA(address)))])
        }
        ("1.2.0.192.in-addr.arpa.", RecordType::PTR) => {
            Ok(vec![("1.2.0.192.in-addr.arpa.", RData::PTR(PTR(name("First.Test."))))])
        }
        ("broken.test." | "halfbroken.test.", _) => Err(ResponseCode::ServFail),
        ("empty.test.", _) => Ok(Vec::new()),
        _ => Err(ResponseCode::NXDomain),
    }
}

fn reply(question: &[u8]) -> Vec<u8> {
    let question = Message::from_vec(question).unwrap();
    let query = question.queries[0].clone();
    let mut answer = Message::response(question.metadata.id, OpCode::Query);
    answer.metadata.recursion_available = true;
    let asked = query.name().to_ascii();
    let kind = query.query_type();
    answer.add_query(query);
    match known(&asked, kind) {
        Ok(records) => {
            for (owner, data) in records {
                let owner = if asked == "halfbroken.test." { &asked } else { owner };
                answer.add_answer(Record::from_rdata(name(owner), 60, data));
            }
        }
        Err(code) => answer.metadata.response_code = code,
    }
    answer.to_vec().unwrap()
}

/// A resolver whose only server is on the loopback.
async fn resolver() -> Resolver {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    tokio::spawn(async move {
        let mut buffer = [0; 1500];
        while let Ok((length, peer)) = socket.recv_from(&mut buffer).await {
            socket.send_to(&reply(&buffer[..length]), peer).await.unwrap();
        }
    });
    Resolver::new(Some(address)).unwrap()
}

#[tokio::test]
async fn exchangers_come_most_preferred_first_in_lower_case() {
    let found = resolver().await.mx("two.test").await.unwrap();
    assert_eq!(found, [(10, "first.test".to_owned()), (20, "second.test".to_owned())]);
}

#[tokio::test]
async fn an_alias_leads_to_the_exchangers_of_its_target() {
    assert_eq!(resolver().await.mx("alias.test").await.unwrap(), [(5, "mail.real.test".to_owned())]);
}

#[tokio::test]
async fn a_domain_may_refuse_all_mail() {
    assert_eq!(resolver().await.mx("null.test").await, Err(DnsFault::NullMx));
}

#[tokio::test]
async fn a_name_without_exchangers_differs_from_no_name_and_from_a_broken_server() {
    let resolver = resolver().await;
    assert_eq!(resolver.mx("empty.test").await, Ok(vec![]));
    assert_eq!(resolver.mx("nowhere.test").await, Err(DnsFault::NoSuchName));
    assert_eq!(resolver.mx("broken.test").await, Err(DnsFault::Temporary));
}

#[tokio::test]
async fn a_name_that_cannot_exist_is_no_name() {
    let resolver = resolver().await;
    let long = format!("{}.test", "a".repeat(64));
    assert_eq!(resolver.mx(&long).await, Err(DnsFault::NoSuchName));
    assert_eq!(resolver.mx("").await, Err(DnsFault::NoSuchName));
    assert_eq!(resolver.mx("..").await, Err(DnsFault::NoSuchName));
}

#[tokio::test]
async fn addresses_of_both_kinds_are_found() {
    let found = resolver().await.addresses("first.test").await.unwrap();
    assert_eq!(found, ["192.0.2.1".parse::<IpAddr>().unwrap(), "2001:db8::1".parse().unwrap()]);
}

#[tokio::test]
async fn addresses_of_one_kind_are_found_alone() {
    let resolver = resolver().await;
    let (four, six) = (resolver.addresses_v4("first.test").await, resolver.addresses_v6("first.test").await);
    assert_eq!(four.unwrap(), ["192.0.2.1".parse::<IpAddr>().unwrap()]);
    assert_eq!(six.unwrap(), ["2001:db8::1".parse::<IpAddr>().unwrap()]);
    assert_eq!(resolver.addresses_v4("empty.test").await, Ok(vec![]));
    assert_eq!(resolver.addresses_v6("nowhere.test").await, Err(DnsFault::NoSuchName));
}

#[tokio::test]
async fn an_address_has_names() {
    let resolver = resolver().await;
    assert_eq!(resolver.names("192.0.2.1".parse().unwrap()).await.unwrap(), ["first.test"]);
    assert_eq!(resolver.names("2001:db8::1".parse().unwrap()).await, Err(DnsFault::NoSuchName));
}

#[tokio::test]
async fn one_kind_of_address_is_enough() {
    let found = resolver().await.addresses("halfbroken.test").await.unwrap();
    assert_eq!(found, ["2001:db8::1".parse::<IpAddr>().unwrap()]);
}

#[tokio::test]
async fn missing_addresses_are_told_apart() {
    let resolver = resolver().await;
    assert_eq!(resolver.addresses("empty.test").await, Ok(vec![]));
    assert_eq!(resolver.addresses("nowhere.test").await, Err(DnsFault::NoSuchName));
    assert_eq!(resolver.addresses("broken.test").await, Err(DnsFault::Temporary));
}

#[tokio::test]
async fn an_address_is_its_own_answer() {
    assert_eq!(resolver().await.addresses("::1").await.unwrap(), ["::1".parse::<IpAddr>().unwrap()]);
}

#[tokio::test]
async fn the_strings_of_a_text_are_put_together() {
    assert_eq!(resolver().await.txt("_spf.two.test").await.unwrap(), ["v=spf1 -all"]);
}
