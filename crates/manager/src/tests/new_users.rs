use super::person::Person;
use super::world::World;

#[tokio::test]
async fn an_address_is_made_for_several_users_with_permissions_for_each() {
    let world = World::new().await;
    let ben = world.add_ben().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let new = format!("/manager/services/{}/addresses/new", world.service);
    anna.go(&new).await.says("For another user").says("For multiple users");
    let name = [("name", "team"), ("domain", "example.test"), ("whom", "several")];
    let next = anna.send(&new, &name).await.leads_to;
    assert_eq!(next, format!("{new}/users?name=team&domain=example.test&whom=several"));
    anna.go(&next).await.says("value=\"team\"").says("User 3").says("Ben Beispiel (ben@home.test)");

    let users = format!("{new}/users");
    let member = format!("user:{ben}");
    let mut form = name.to_vec();
    form.extend([("count", "3"), ("act", "create")]);
    anna.send(&users, &form).await.refuses("Choose at least one user.");
    let ben_twice = [&form[..], &[("who-0", member.as_str()), ("who-2", member.as_str())]].concat();
    anna.send(&users, &ben_twice).await.refuses("User 3: This user stands here twice.");
    let bad_mail = [&form[..], &[("who-1", "mail"), ("mail-1", "nobody")]].concat();
    anna.send(&users, &bad_mail).await.refuses("looks like name@example.org").says("line-1-fault");
    let more = [&name[..], &[("count", "3"), ("act", "more"), ("who-0", member.as_str())]].concat();
    anna.send(&users, &more).await.says("User 6").says(&format!("value=\"{member}\" selected"));

    let good = [
        ("who-0", member.as_str()),
        ("permission-0-devices", "on"),
        ("who-2", "mail"),
        ("mail-2", "eve@far.test"),
        ("account-2", "this"),
    ];
    let made = anna.send(&users, &[&form[..], &good].concat()).await;
    let page = anna.go(&made.leads_to).await;
    page.says("team@example.test").says("Ben Beispiel").says("eve@far.test");
    anna.send(&users, &[&form[..], &good].concat()).await.refuses("This address exists already.");
}

#[tokio::test]
async fn without_a_fresh_proof_the_lines_come_back_as_they_were() {
    let world = World::new().await;
    let ben = world.add_ben().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    world.clock.advance(domain::duration::minutes(11));
    let users = format!("/manager/services/{}/addresses/new/users", world.service);
    anna.go(&format!("{users}?name=a&domain=example.test&whom=another")).await.asks_for_proof();
    let member = format!("user:{ben}");
    let form = [
        ("name", "a"),
        ("domain", "example.test"),
        ("whom", "another"),
        ("count", "1"),
        ("act", "create"),
        ("who-0", member.as_str()),
    ];
    anna.send(&users, &form).await.asks_for_proof().says(&format!("value=\"{member}\""));
}
