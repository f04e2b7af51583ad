//! User management (O4–O8) as people see it.

use axum::http::StatusCode;
use domain::Role;
use identity::Identity;

use super::person::Person;
use super::world::World;

/// Reads a link out of a page.
fn link(text: &str) -> String {
    let start = text.find("http://mail.test/invite/").unwrap() + "http://mail.test/invite/".len();
    text[start..].split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_collaborator_is_invited_with_an_address_and_then_made_an_administrator() {
    let world = World::new().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let users = format!("/manager/{}/users", world.acme);
    anna.go(&users).await.says("User management").says("Add user").says("Legal representative");
    anna.go(&format!("{users}/add")).await.says("Part of the organization").says("External user");
    let info = world.info.to_string();
    let step = |step| [("step", step), ("kind", "member"), ("role", "collaborator"), ("go", "")];
    anna.send(&format!("{users}/add"), &[("step", "kind")]).await.refuses("Choose one of the two");
    anna.send(&format!("{users}/add"), &step("kind"))
        .await
        .says("Role and rights")
        .says("Billing reminders by SMS");
    anna.send(&format!("{users}/add"), &step("rights")).await.says("Mail services").says("info@example.test");
    let with_address = [step("access").as_slice(), &[("mailbox", info.as_str())]].concat();
    anna.send(&format!("{users}/add"), &with_address).await.says("First name").says(&info);
    let back = [&with_address[..3], &[("go", "back")]].concat();
    anna.send(&format!("{users}/add"), &back).await.says("What they are told");
    let service = format!("service-{}", world.service);
    let named = [("mailbox", info.as_str()), ("first_name", "Carla"), (service.as_str(), "consult")];
    let form = [step("person").as_slice(), &named].concat();
    let wrong = [form.as_slice(), &[("to", "nobody")]].concat();
    anna.send(&format!("{users}/add"), &wrong).await.refuses("looks like");
    let nothing = [("step", "person"), ("kind", "external")];
    anna.send(&format!("{users}/add"), &nothing).await.refuses("at least one address");
    let made = anna.send(&format!("{users}/add"), &form).await;
    let page = anna.go(&made.leads_to).await;
    page.says("Copy link").says("<svg").says("info@example.test").says("Send by email");
    anna.go(&users).await.says("Carla").says("pending");
    anna.send(&format!("{}/send", made.leads_to), &[("to", "carla@far.test")]).await.leads_to(&made.leads_to);
    let again = anna.go(&made.leads_to).await;
    assert_eq!(link(&page.text), link(&again.text), "sending keeps the link");

    let carla = world.add_user("carla@far.test", "Carla Cortes").await;
    let person = Person::signed_in(&world, "carla@far.test").await;
    world.identity.accept(&person.actor, &link(&page.text), None).await.unwrap();
    let path = format!("{users}/{carla}");
    anna.go(&path).await.says("info@example.test").says("Remove the user");
    let service_page = format!("/manager/services/{}", world.service);
    person.go(&service_page).await.says("info@example.test").hides("/addresses/new");
    person.go(&format!("/manager/addresses/{info}")).await.says("You may look at this mail service");
    assert_eq!(
        person.send(&format!("/manager/addresses/{info}/general"), &[]).await.status,
        StatusCode::NOT_FOUND
    );
    let rights = format!("{path}/rights");
    let administrator = [("role", "administrator"), ("version", "2")];
    anna.send(&rights, &administrator).await.leads_to(&path);
    let late = [("role", "collaborator"), ("version", "2")];
    let changed = anna.send(&rights, &late).await;
    assert_eq!(changed.status, StatusCode::UNPROCESSABLE_ENTITY);
    changed.says("Somebody else changed this meanwhile").says("Administrator");
    person.go(&users).await.says("Carla Cortes").says("Administrator");
    let version = changed.text.split("name=\"version\" value=\"").nth(1).unwrap();
    let version = version.split('"').next().unwrap();
    person
        .send(&rights, &[("role", "owner"), ("version", version)])
        .await
        .refuses("Only a legal representative");
    anna.go(&format!("/manager/{}/activity", world.acme)).await.says("Changed a role").says("Administrator");
    let found = anna.go(&format!("{users}?search=cortes&kind=members")).await;
    found.says("Carla Cortes").hides("anna@home.test</span></th>");
    let table = anna.go(&format!("{users}.csv")).await;
    table.says("\"Carla Cortes\",\"carla@far.test\",\"Administrator\"");
}

#[tokio::test]
async fn an_invitation_is_cancelled() {
    let world = World::new().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let users = format!("/manager/{}/users", world.acme);
    let made = anna
        .send(&format!("{users}/add"), &[("step", "person"), ("kind", "member"), ("role", "administrator")])
        .await;
    anna.send(&format!("{}/cancel", made.leads_to), &[]).await.leads_to(&users);
    assert_eq!(anna.go(&made.leads_to).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_user_is_removed_after_a_review_and_the_last_owner_is_not() {
    let world = World::new().await;
    let ben = world.add_ben().await;
    world.give(ben).await;
    let phone = world.add_device(ben, "Ben's phone").await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let users = format!("/manager/{}/users", world.acme);
    let review = anna.go(&format!("{users}/{ben}/remove")).await;
    review.says("info@example.test").says("phone").says("Remove the user");
    anna.send(&format!("{users}/{ben}/remove"), &[]).await.says("The user was removed").says("phone");
    assert!(world.access.open_address(&phone).await.is_err());
    assert_eq!(anna.go(&format!("{users}/{ben}")).await.status, StatusCode::NOT_FOUND);
    let own = format!("{users}/{}", anna.actor.user());
    anna.go(&own).await.says("this is the last one").hides(&format!("{own}/remove"));
    let refused = anna.send(&format!("{own}/remove"), &[]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.says("this is the last one");
}

#[tokio::test]
async fn a_member_leaves_and_the_last_owner_is_told_why_not() {
    let world = World::new().await;
    world.add_ben().await;
    let ben = Person::signed_in(&world, "ben@home.test").await;
    let leave = format!("/manager/{}/leave", world.acme);
    ben.go("/manager/organizations").await.says(&leave);
    ben.go(&leave).await.says("You leave Acme");
    ben.send(&leave, &[]).await.leads_to("/manager/organizations");
    assert_eq!(ben.go(&leave).await.status, StatusCode::NOT_FOUND);
    let anna = Person::signed_in(&world, "anna@home.test").await;
    anna.go(&leave).await.says("this is the last one");
    assert_eq!(anna.send(&leave, &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_team_is_made_given_people_and_addresses_and_deleted() {
    let world = World::new().await;
    let ben = world.add_ben().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let teams = format!("/manager/{}/teams", world.acme);
    anna.go(&teams).await.says("There is no team yet");
    anna.send(&teams, &[("name", "")]).await.refuses("name");
    let made = anna.send(&teams, &[("name", "Sales"), ("color", "green")]).await;
    let team = made.leads_to;
    anna.send(&teams, &[("name", "Sales")]).await.refuses("a team of this name");
    anna.send(&format!("{team}/members"), &[("member", &ben.to_string())]).await.leads_to(&team);
    let id = team.rsplit('/').next().unwrap();
    let add = format!("/manager/addresses/{}/add", world.info);
    anna.go(&add).await.says("Sales");
    let form = [("user", format!("team-{id}")), ("permission-send", "on".to_owned())];
    let form = form.each_ref().map(|(name, value)| (*name, value.as_str()));
    let address = format!("/manager/addresses/{}", world.info);
    anna.send(&format!("{add}/existing"), &form).await.leads_to(&address);
    anna.go(&address).await.says("Teams with access").says("Ben Beispiel");
    let person = Person::signed_in(&world, "ben@home.test").await;
    assert!(world.access.open(&person.actor, world.info).await.is_ok());
    anna.go(&format!("/manager/{}/users/{ben}", world.acme)).await.says("through Sales");
    let switch = format!("{team}/addresses/{}/permissions", world.info);
    anna.send_part(&switch, &[("permission", "folders"), ("to", "on")]).await.says("aria-checked=\"true\"");
    anna.send(&team, &[("name", "Verkauf"), ("color", "red"), ("version", "1")]).await.leads_to(&team);
    let late = anna.send(&team, &[("name", "Vente"), ("color", "red"), ("version", "1")]).await;
    late.says("Somebody else changed this meanwhile").says("Verkauf").says("Vente");
    anna.send(&format!("{team}/addresses/{}/take", world.info), &[]).await.leads_to(&team);
    assert!(world.access.open(&person.actor, world.info).await.is_err());
    let back = [("mailbox", world.info.to_string())];
    anna.send(&format!("{team}/addresses"), &[("mailbox", back[0].1.as_str())]).await.leads_to(&team);
    assert!(world.access.open(&person.actor, world.info).await.is_ok());
    anna.send(&format!("{team}/delete"), &[]).await.leads_to(&teams);
    assert!(world.access.open(&person.actor, world.info).await.is_err());
    anna.go(&format!("/manager/{}/activity", world.acme)).await.says("Deleted a team");
}

#[tokio::test]
async fn without_a_fresh_proof_a_role_is_not_changed_and_strangers_find_nothing() {
    let world = World::new().await;
    let ben = world.add_ben().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let users = format!("/manager/{}/users", world.acme);
    let person = Person::signed_in(&world, "ben@home.test").await;
    for path in [users.clone(), format!("{users}.csv"), format!("/manager/{}/teams", world.acme)] {
        assert_eq!(person.go(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    world.clock.advance(domain::duration::minutes(11));
    let rights = format!("{users}/{ben}/rights");
    anna.send(&rights, &[("role", "administrator"), ("version", "1")]).await.asks_for_proof();
    let desk = world.access.organization_desk(&Identity::operator(), world.acme).await.unwrap();
    assert_eq!(desk.user(ben).await.unwrap().person.role, Role::Collaborator);
}
