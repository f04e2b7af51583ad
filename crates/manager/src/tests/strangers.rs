use axum::http::StatusCode;
use domain::{Id as _, Permissions, UserId};
use mailbox::desk::OrganizationDesk;
use web::Who;

use super::person::Person;
use super::world::World;

/// Every page of Acme's, asked for by somebody who runs another organization, by a member without any right, by an
/// external, and by a collaborator of another mail service: with the real ids and with absent ones. The answers are the
/// same to the last header.
#[tokio::test]
async fn what_one_may_not_see_answers_exactly_like_what_is_not_there() {
    let world = World::new().await;
    let ben = world.add_ben().await;
    world.give(ben).await;
    world.add_user("eve@home.test", "Eve").await;
    world.add_organization("Evil", "eve@home.test").await;
    let fay = world.add_user("fay@home.test", "Fay").await;
    world.give_as_operator(fay).await;
    let acme = world.access.organization_desk(&identity::Identity::operator(), world.acme).await.unwrap();
    let ids = ids(&world, ben, &acme).await;
    let fields = [
        ("name", "x"),
        ("domain", "example.test"),
        ("whom", "me"),
        ("permission", "send"),
        ("role", "collaborator"),
        ("step", "person"),
        ("kind", "member"),
        ("version", "1"),
        ("to", "eve@far.test"),
    ];
    let rows = crate::pages();
    for name in ["eve@home.test", "ben@home.test", "fay@home.test"] {
        let person = Person::signed_in(&world, name).await;
        for row in rows.rows() {
            let is_for_some = match row.who {
                Who::ServiceViewer | Who::MailManager | Who::UserManager | Who::Owner => true,
                Who::Anybody | Who::LinkHolder | Who::SignedIn | Who::AccessHolder => false,
            };
            if !is_for_some {
                continue;
            }
            let with = |ids: &dyn Fn(&str) -> String| {
                KINDS.iter().fold(row.path.to_owned(), |path, kind| path.replace(kind, &ids(kind)))
            };
            let real = with(&|kind| ids.iter().find(|(known, _)| *known == kind).unwrap().1.clone());
            let absent = with(&|_| domain::UserId::from_bytes([9; 16]).to_string());
            let mut answers = Vec::new();
            for path in [&real, &absent] {
                let answer = if row.method == "GET" {
                    person.go(path).await
                } else {
                    person.send(path, &fields).await
                };
                // A form with files that cannot be read is refused before anything is looked up.
                let is_hidden =
                    matches!(answer.status, StatusCode::NOT_FOUND | StatusCode::PAYLOAD_TOO_LARGE);
                assert!(is_hidden, "{name} {row}: {} {}", answer.status, answer.text);
                answers.push((answer.headers, answer.text));
            }
            assert_eq!(answers[0], answers[1], "{name} {row}");
        }
    }
    assert_eq!(world.desk().await.users().await.unwrap().len(), 3);
    assert_eq!(acme.teams().await.unwrap().len(), 1);
    assert_eq!(acme.people().await.unwrap().len(), 3);
    assert_eq!(world.desk().await.invitations().await.unwrap().len(), 1);
    assert_eq!(world.desk().await.devices().await.unwrap().len(), 1);
}

/// Every piece that stands in a path for an id.
const KINDS: [&str; 14] = [
    "{team}",
    "{organization}",
    "{service}",
    "{mailbox}",
    "{user}",
    "{invitation}",
    "{device}",
    "{domain}",
    "{redirection}",
    "{signature}",
    "{import}",
    "{mail}",
    "{reply}",
    "{task}",
];

/// The real ids of what is Acme's; for what there is none of, one that is not there.
async fn ids(world: &World, ben: UserId, acme: &OrganizationDesk) -> Vec<(&'static str, String)> {
    let desk = world.desk().await;
    let invited = desk.invite(&world.proof().await, Permissions::ALL, domain::Language::En).await.unwrap();
    let device = world.add_device(ben, "Phone").await.lease().unwrap().holder().device.unwrap();
    let sales = "Sales".parse().unwrap();
    let team = acme.create_team(&sales, identity::teams::Color::Blue).await.unwrap();
    let operator = identity::Identity::operator();
    let service = world.access.service_desk(&operator, world.service).await.unwrap();
    let domain = service.domains().await.unwrap().remove(0).id;
    let known = [
        ("{team}", team.to_string()),
        ("{organization}", world.acme.to_string()),
        ("{service}", world.service.to_string()),
        ("{mailbox}", world.info.to_string()),
        ("{user}", ben.to_string()),
        ("{invitation}", invited.id.to_string()),
        ("{device}", device.to_string()),
        ("{domain}", domain.to_string()),
    ];
    let absent = UserId::from_bytes([8; 16]).to_string();
    let of = |kind: &'static str| known.iter().find(|(one, _)| *one == kind).map(|(_, id)| id.clone());
    KINDS.iter().map(|kind| (*kind, of(kind).unwrap_or_else(|| absent.clone()))).collect()
}

#[tokio::test]
async fn what_belongs_to_another_address_is_not_found_under_this_one() {
    let world = World::new().await;
    let other = world.add_address("other@example.test").await;
    let invited = world
        .desk()
        .await
        .invite(&world.proof().await, Permissions::ALL, domain::Language::En)
        .await
        .unwrap();
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let device = world.add_device(anna.actor.user(), "Phone").await.lease().unwrap().holder().device.unwrap();
    let path = format!("/manager/addresses/{other}");
    for get in
        [format!("{path}/invitations/{}", invited.id), format!("{path}/users/{}/remove", anna.actor.user())]
    {
        assert_eq!(anna.go(&get).await.status, StatusCode::NOT_FOUND, "{get}");
    }
    for post in [
        format!("{path}/invitations/{}/delete", invited.id),
        format!("{path}/devices/{device}/revoke"),
        format!("{path}/users/{}/remove", anna.actor.user()),
    ] {
        assert_eq!(anna.send(&post, &[]).await.status, StatusCode::NOT_FOUND, "{post}");
    }
    assert_eq!(world.desk().await.devices().await.unwrap().len(), 1);
}
