use axum::http::StatusCode;
use domain::{Id as _, MailboxId, Permissions};
use web::Who;

use super::person::Person;
use super::world::World;

/// Every page of Acme's, asked for by somebody who runs another organization, by a member without the role, and by
/// somebody who only opens the address.
#[tokio::test]
async fn whoever_may_not_manage_an_organization_finds_none_of_its_pages() {
    let world = World::new().await;
    let ben = world.add_ben().await;
    world.give(ben).await;
    world.add_user("eve@home.test", "Eve").await;
    world.add_organization("Evil", "eve@home.test").await;
    let invited = world
        .desk()
        .await
        .invite(&world.proof().await, Permissions::ALL, domain::Language::En)
        .await
        .unwrap();
    let device = world.add_device(ben, "Phone").await.lease().unwrap().holder().device.unwrap();
    let acme = world.access.organization_desk(&identity::Identity::operator(), world.acme).await.unwrap();
    let sales = "Sales".parse().unwrap();
    let team = acme.create_team(&sales, identity::teams::Color::Blue).await.unwrap();
    let ids = [
        ("{team}", team.to_string()),
        ("{organization}", world.acme.to_string()),
        ("{service}", world.service.to_string()),
        ("{mailbox}", world.info.to_string()),
        ("{user}", ben.to_string()),
        ("{invitation}", invited.id.to_string()),
        ("{device}", device.to_string()),
    ];
    let fields = [
        ("name", "x"),
        ("domain", "example.test"),
        ("whom", "me"),
        ("permission", "send"),
        ("to", "eve@far.test"),
    ];
    let rows = crate::pages();
    for name in ["eve@home.test", "ben@home.test"] {
        let person = Person::signed_in(&world, name).await;
        let absent = person.go(&format!("/manager/addresses/{}", MailboxId::from_bytes([9; 16]))).await;
        for row in rows.rows().iter().filter(|row| row.who == Who::MailManager) {
            let path = ids.iter().fold(row.path.to_owned(), |path, (name, id)| path.replace(name, id));
            let answer =
                if row.method == "GET" { person.go(&path).await } else { person.send(&path, &fields).await };
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{name} {row}");
            assert_eq!(answer.text, absent.text, "{name} {row}");
        }
    }
    assert_eq!(world.desk().await.users().await.unwrap().len(), 2);
    assert_eq!(acme.teams().await.unwrap().len(), 1);
    assert_eq!(acme.people().await.unwrap().len(), 2);
    assert_eq!(world.desk().await.invitations().await.unwrap().len(), 1);
    assert_eq!(world.desk().await.devices().await.unwrap().len(), 1);
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
