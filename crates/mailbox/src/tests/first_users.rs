//! Addresses that are made for others.

use domain::{Language, MailboxId, Permission, Permissions, Role};
use identity::invitations::InvitationError;

use super::on_both;
use super::world::{World, email, login};
use crate::OpenError;
use crate::desk::{Account, CreateAddressError, CreateForError, FirstUser, LineFault, ServiceDesk, Whom};

fn one(who: Whom, permissions: Permissions) -> FirstUser {
    FirstUser { who, permissions }
}

fn outsider(address: &str, account: Account) -> FirstUser {
    one(Whom::Outsider(email(address), account), Permissions::NONE)
}

async fn olgas(world: &World) -> (ServiceDesk, identity::Confirmed) {
    let olga = world.sign_in("olga").await;
    (world.access.service_desk(&olga.actor, world.service).await.unwrap(), olga.proof)
}

/// To whom the server has written mails, by the names of what they say.
async fn mails(world: &World) -> Vec<(String, String)> {
    let payloads = world
        .read(|tx| tx.query("SELECT payload FROM jobs WHERE kind = 'mail'", &[], |row| row.get::<String>(0)))
        .await;
    let read = |payload: String| {
        let mail: identity::mails::Mail = serde_json::from_str(&payload).unwrap();
        (mail.template.name().to_owned(), mail.to)
    };
    payloads.into_iter().map(read).collect()
}

#[test]
fn members_teams_and_outsiders_get_a_new_address_each_with_their_permissions() {
    on_both(|world| async move {
        let carl = world.member("carl", Role::Collaborator).await;
        let dora = world.member("dora", Role::Collaborator).await;
        let (acme, in_team) = (world.acme, dora.user);
        let team = world
            .store
            .write(move |tx| {
                let team = identity::teams::create(tx, acme, "Sales", Default::default())?.unwrap();
                identity::teams::add_member(tx, team, in_team)?;
                Ok::<_, store::StoreError>(team)
            })
            .await
            .unwrap();
        let (desk, proof) = olgas(&world).await;
        let users = [
            one(Whom::Member(carl.user), Permissions::ALL),
            one(Whom::Team(team), Permissions::NONE.with(Permission::Send)),
            outsider("eve@far.test", Account::AnyAddress),
        ];
        let address = email("team@acme.test");
        let made = desk.create_address_for(&proof, &address, &users, Language::Fr).await.unwrap();
        for (person, permissions) in [(&carl, users[0].permissions), (&dora, users[1].permissions)] {
            let mailbox = world.access.open(&person.actor, made).await.unwrap();
            assert_eq!(mailbox.rights().await.unwrap().permissions(), permissions);
        }
        let told = mails(&world).await;
        assert!(told.contains(&("access-given".to_owned(), login("carl").to_string())), "{told:?}");
        assert!(told.contains(&("invitation".to_owned(), "eve@far.test".to_owned())), "{told:?}");
        let waiting = world.desk(made).await.invitations().await.unwrap();
        assert_eq!(waiting[0].sent_to.as_deref(), Some("eve@far.test"));
        assert!(matches!(world.access.open(&world.anna.actor, made).await, Err(OpenError::NotFound)));
    });
}

#[test]
fn a_line_that_cannot_be_leaves_no_address_behind() {
    on_both(|world| async move {
        let sven = world.person("sven").await;
        let (desk, proof) = olgas(&world).await;
        let anna = one(Whom::Member(world.anna.user), Permissions::ALL);
        let address = email("new@acme.test");
        let make =
            async |users: &[FirstUser]| desk.create_address_for(&proof, &address, users, Language::En).await;
        let stranger = make(&[anna.clone(), one(Whom::Member(sven.user), Permissions::ALL)]).await;
        assert!(matches!(stranger, Err(CreateForError::Line(1, LineFault::NotHere))), "{stranger:?}");
        let twice = make(&[outsider("e@far.test", Account::AnyAddress), anna.clone(), anna.clone()]).await;
        assert!(matches!(twice, Err(CreateForError::Line(2, LineFault::Twice))), "{twice:?}");
        assert!(matches!(make(&[]).await, Err(CreateForError::Count)));
        let (info, only) = (email("info@acme.test"), [anna.clone()]);
        let taken = desk.create_address_for(&proof, &info, &only, Language::En);
        assert!(matches!(taken.await, Err(CreateForError::Address(CreateAddressError::Taken))));
        assert_eq!(world.count("SELECT count(*) FROM mailboxes").await, 1);
        assert!(mails(&world).await.is_empty(), "nobody was told of what is not");
        make(&[anna]).await.unwrap();
    });
}

#[test]
fn an_invitation_that_is_bound_to_an_address_is_for_nobody_else() {
    on_both(|world| async move {
        let eve = world.person("eve").await;
        let sven = world.person("sven").await;
        let (desk, proof) = olgas(&world).await;
        let users = [outsider(&login("eve").to_string(), Account::ThisAddress)];
        let address = email("only@acme.test");
        let made = desk.create_address_for(&proof, &address, &users, Language::En).await.unwrap();
        let waiting = world.desk(made).await.invitations().await.unwrap();
        let link = world.identity.invitation_link(waiting[0].id);
        let token = link.rsplit('/').next().unwrap();
        let refused = world.identity.accept(&sven.actor, token, None).await;
        assert!(matches!(refused, Err(InvitationError::Unknown)), "{refused:?}");
        world.identity.accept(&eve.actor, token, None).await.unwrap();
        assert!(world.access.open(&eve.actor, made).await.is_ok());
    });
}

/// A sign-up by the first invitation to an address, and from where it comes.
async fn begun(world: &World, made: MailboxId) -> (String, identity::Origin) {
    let waiting = world.desk(made).await.invitations().await.unwrap();
    let link = world.identity.invitation_link(waiting[0].id);
    let path = world.identity.begin_invited_sign_up(link.rsplit('/').next().unwrap()).await.unwrap();
    let origin = identity::Origin { ip: super::world::HOME, browser: "Firefox".to_owned() };
    (path.rsplit('/').next().unwrap().to_owned(), origin)
}

#[test]
fn whoever_signs_up_by_a_bound_invitation_does_it_with_that_address() {
    on_both(|world| async move {
        let (desk, proof) = olgas(&world).await;
        let users = [outsider("newcomer@far.test", Account::ThisAddress)];
        let address = email("only@acme.test");
        let made = desk.create_address_for(&proof, &address, &users, Language::En).await.unwrap();
        let (sign_up, origin) = begun(&world, made).await;
        world.identity.sign_up_address(&sign_up, "somebody@else.test", Language::En, &origin).await.unwrap();
        let told = mails(&world).await;
        assert!(told.contains(&("sign-up-code".to_owned(), "newcomer@far.test".to_owned())), "{told:?}");
        assert!(!told.iter().any(|(_, to)| to == "somebody@else.test"), "{told:?}");
    });
}

/// A link of one organization does not tell which mailboxes the others have.
#[test]
fn a_sign_up_with_an_address_that_others_open_answers_like_any_and_no_code_fits() {
    on_both(|world| async move {
        let (desk, proof) = olgas(&world).await;
        let users = [outsider("newcomer@far.test", Account::AnyAddress)];
        let made =
            desk.create_address_for(&proof, &email("only@acme.test"), &users, Language::En).await.unwrap();
        let (sign_up, origin) = begun(&world, made).await;
        world.identity.sign_up_address(&sign_up, "info@acme.test", Language::En, &origin).await.unwrap();
        let told = mails(&world).await;
        let told: Vec<_> = told.iter().filter(|(_, to)| to == "info@acme.test").collect();
        assert!(matches!(&told[..], [(template, _)] if template == "address-shared"), "{told:?}");
        let refused = world.identity.sign_up_code(&sign_up, "000000").await;
        assert!(matches!(refused, Err(identity::SignUpError::Code)), "{refused:?}");
        assert_eq!(world.count("SELECT count(*) FROM sign_ups WHERE code_hash IS NOT NULL").await, 0);
    });
}
