//! What roles and rights allow (O2): the table of `domain::role`, walked through every desk.

use std::future::Future;
use std::pin::Pin;

use domain::role::Verb;
use domain::{
    Billing, Language, MailServiceId, Notice, Notices, Permission, Permissions, Role, ServiceRight, Standing,
};
use identity::joining::Invitee;
use identity::teams::Color;
use identity::{Seen, Terms};

use super::on_both;
use super::world::{Person, World, email};
use crate::OpenError;
use crate::desk::{AddressDesk, DeskError, For, MemberError, NewUser, OrganizationDesk, ServiceDesk, Switch};

/// Whether an act was let through; whatever else stood in its way was found behind the check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Done,
    NotFound,
}

fn answer<T, E: std::fmt::Debug>(outcome: Result<T, E>) -> Answer {
    match outcome {
        Ok(_) => Answer::Done,
        Err(fault) if format!("{fault:?}").contains("NotFound") => Answer::NotFound,
        Err(_) => Answer::Done,
    }
}

type Answered = Pin<Box<dyn Future<Output = Answer>>>;

/// What is done in the name of somebody, with the verb that it takes.
struct Act {
    name: &'static str,
    verb: Verb,
    done: Box<dyn Fn(Desks) -> Answered>,
}

fn act<F, T, E>(name: &'static str, verb: Verb, done: impl Fn(Desks) -> F + 'static) -> Act
where
    F: Future<Output = Result<T, E>> + 'static,
    E: std::fmt::Debug,
{
    let answered = move |desks: Desks| -> Answered {
        let done = done(desks);
        Box::pin(async move { answer(done.await) })
    };
    Act { name, verb, done: Box::new(answered) }
}

/// Somebody with the desks of what they may look at; the operator's where they may not, to be acted from in their name.
#[derive(Clone)]
struct Desks {
    who: Person,
    acme: OrganizationDesk,
    service: ServiceDesk,
    info: AddressDesk,
    spare: MailServiceId,
}

fn acts() -> Vec<Act> {
    let mut all = organization_acts();
    all.extend(service_acts());
    all.extend(address_acts());
    all
}

fn organization_acts() -> Vec<Act> {
    use Verb::{ConsultMail, CreateServices, ManageUsers, SeeActivity};
    vec![
        act("services", ConsultMail, |d| async move { d.acme.services().await }),
        act("activity", SeeActivity, |d| async move { d.acme.activity(None, 1).await }),
        act("create_service", CreateServices, |d| async move {
            d.acme.create_service("x", &"acme.test".parse().unwrap()).await
        }),
        act("people", ManageUsers, |d| async move { d.acme.people().await }),
        act("user", ManageUsers, |d| async move { d.acme.user(d.who.user).await }),
        act("set_terms", ManageUsers, |d| async move {
            let terms = Terms::of(Role::Collaborator);
            d.acme.set_terms(&d.who.proof, d.who.user, Seen::Version(-1), &terms).await
        }),
        act("places", ManageUsers, |d| async move { d.acme.places().await }),
        act("mailboxes", ManageUsers, |d| async move { d.acme.mailboxes().await }),
        act("service_names", ManageUsers, |d| async move { d.acme.service_names().await }),
        act("invite_into", ManageUsers, |d| async move {
            let (terms, invitee) = (Terms::of(Role::External), Invitee::default());
            let new = NewUser { terms, invitee, accesses: Vec::new(), language: Language::En };
            d.acme.invite_into(&d.who.proof, &new).await
        }),
        act("teams", ManageUsers, |d| async move { d.acme.teams().await }),
        act("create_team", ManageUsers, |d| async move {
            d.acme.create_team(&"Sales".parse().unwrap(), Color::Blue).await
        }),
    ]
}

fn service_acts() -> Vec<Act> {
    use Verb::{ConsultMail, ManageMail};
    vec![
        act("domains", ConsultMail, |d| async move { d.service.domains().await }),
        act("addresses", ConsultMail, |d| async move { d.service.addresses("", None, 1).await }),
        act("bin", ConsultMail, |d| async move { d.service.bin().await }),
        act("members", ManageMail, |d| async move { d.service.members().await }),
        act("teams of a service", ManageMail, |d| async move { d.service.teams().await }),
        act("add_domain", ManageMail, |d| async move {
            d.service.add_domain(&"acme.test".parse().unwrap()).await
        }),
        act("create_address", ManageMail, |d| async move {
            d.service.create_address(&email("info@acme.test"), For::Nobody).await
        }),
    ]
}

fn address_acts() -> Vec<Act> {
    use Verb::{ConsultMail, ManageMail};
    vec![
        act("details", ConsultMail, |d| async move { d.info.details().await }),
        act("users", ConsultMail, |d| async move { d.info.users().await }),
        act("invitations", ConsultMail, |d| async move { d.info.invitations().await }),
        act("devices", ConsultMail, |d| async move { d.info.devices().await }),
        act("aliases", ConsultMail, |d| async move { d.info.aliases().await }),
        act("add_reason", ConsultMail, |d| async move { d.info.add_reason().await }),
        act("candidates", ManageMail, |d| async move { d.info.candidates("").await }),
        act("set_display_name", ManageMail, |d| async move { d.info.set_display_name("Info").await }),
        act("invite", ManageMail, |d| async move {
            d.info.invite(&d.who.proof, Permissions::NONE, Language::En).await
        }),
        act("link", ManageMail, |d| async move {
            let row = d.info.invitations().await.unwrap().remove(0);
            d.info.link(row.id).await
        }),
        act("set_permission", ManageMail, |d| async move {
            let anna = d.info.users().await.unwrap().remove(0).user;
            let switch = Switch { permission: Permission::Send, on: true };
            d.info.set_permission(&d.who.proof, anna, switch).await
        }),
        act("add_alias", ManageMail, |d| async move { d.info.add_alias(&email("info@acme.test")).await }),
    ]
}

/// Somebody of Acme with that standing towards its first mail service.
async fn somebody(world: &World, standing: Standing) -> Person {
    let name = format!("{standing:?}").to_lowercase().replace(|letter: char| !letter.is_alphanumeric(), "");
    if standing.role == Role::External {
        let external = world.person(&name).await;
        let sql = "INSERT INTO grants (grant_id, mailbox_id, user_id, permissions, created_at) \
                   VALUES ($1, $2, $3, 0, 0)";
        let (mailbox, user) = (world.info, external.user);
        world.write(move |tx| tx.execute(sql, &[&[9u8; 16], &mailbox, &user]).map(drop)).await;
        return external;
    }
    let person = world.member(&name, standing.role).await;
    let acme = world.access.organization_desk(&world.operator, world.acme).await.unwrap();
    let services = standing.service.map(|right| (world.service, right)).into_iter().collect();
    let terms = Terms { billing: standing.billing, services, ..Terms::of(standing.role) };
    acme.set_terms(&world.proof().await, person.user, Seen::Anything, &terms).await.unwrap();
    person
}

/// A second mail service of Acme, on which nobody has a right of their own.
async fn spare(world: &World) -> MailServiceId {
    let acme = world.access.organization_desk(&world.operator, world.acme).await.unwrap();
    acme.create_service("Spare", &"spare.test".parse().unwrap()).await.unwrap()
}

#[test]
fn every_desk_follows_the_table_of_roles_and_rights() {
    on_both(|world| async move {
        let spare = spare(&world).await;
        world
            .desk(world.info)
            .await
            .invite(&world.proof().await, Permissions::NONE, Language::En)
            .await
            .unwrap();
        for standing in Standing::ALL {
            let who = somebody(&world, standing).await;
            let (acme, service, info) = (
                world.access.organization_desk(&who.actor, world.acme).await,
                world.access.service_desk(&who.actor, world.service).await,
                world.access.address_desk(&who.actor, world.info).await,
            );
            let may_look = standing.may(Verb::ConsultMail);
            assert_eq!(acme.is_ok() && service.is_ok() && info.is_ok(), may_look, "{standing:?}");
            assert_eq!(acme.is_ok() || service.is_ok() || info.is_ok(), may_look, "{standing:?}");
            // Whoever has no desk has nothing to act from.
            let (Ok(acme), Ok(service), Ok(info)) = (acme, service, info) else { continue };
            let desks = Desks { who, acme, service, info, spare };
            for act in acts() {
                let expected = if standing.may(act.verb) { Answer::Done } else { Answer::NotFound };
                assert_eq!((act.done)(desks.clone()).await, expected, "{} as {standing:?}", act.name);
            }
            let on_spare = world.access.service_desk(&desks.who.actor, desks.spare).await;
            assert_eq!(on_spare.is_ok(), standing.role.may(Verb::ConsultMail), "{standing:?}");
            let seen = desks.acme.services().await.unwrap().len();
            assert_eq!(seen, if standing.role.may(Verb::ConsultMail) { 2 } else { 1 }, "{standing:?}");
        }
    });
}

#[test]
fn a_right_that_is_taken_holds_for_no_desk_that_is_open() {
    on_both(|world| async move {
        let standing = Standing::of(Role::Collaborator).with(ServiceRight::Manage);
        let carla = somebody(&world, standing).await;
        let desk = world.access.address_desk(&carla.actor, world.info).await.unwrap();
        desk.set_display_name("Before").await.unwrap();
        desk.invite(&carla.proof, Permissions::NONE, Language::En).await.unwrap();
        let acme = world.access.organization_desk(&world.operator, world.acme).await.unwrap();
        let proof = world.proof().await;
        let consult =
            Terms { services: vec![(world.service, ServiceRight::Consult)], ..Terms::of(Role::Collaborator) };
        acme.set_terms(&proof, carla.user, Seen::Anything, &consult).await.unwrap();
        assert!(desk.details().await.is_ok());
        assert!(desk.invitations().await.unwrap().is_empty(), "what they invited to is withdrawn");
        assert_eq!(answer(desk.set_display_name("After").await), Answer::NotFound);
        acme.set_role(&proof, carla.user, Role::Administrator).await.unwrap();
        desk.set_display_name("As administrator").await.unwrap();
        // What was given before does not come back.
        acme.set_role(&proof, carla.user, Role::Collaborator).await.unwrap();
        assert_eq!(answer(desk.details().await), Answer::NotFound);
        assert!(matches!(
            world.access.organization_desk(&carla.actor, world.acme).await,
            Err(OpenError::NotFound)
        ));
        assert!(!world.identity.organizations(&carla.actor).await.unwrap()[0].is_managed);
    });
}

#[test]
fn nobody_is_given_a_right_on_a_mail_service_of_another_organization() {
    on_both(|world| async move {
        let carla = world.member("carla", Role::Collaborator).await;
        let (_, elsewhere, _) = world.elsewhere("other", "oscar").await;
        let acme = world.access.organization_desk(&world.operator, world.acme).await.unwrap();
        let terms =
            Terms { services: vec![(elsewhere, ServiceRight::Manage)], ..Terms::of(Role::Collaborator) };
        let given = acme.set_terms(&world.proof().await, carla.user, Seen::Anything, &terms).await;
        assert!(matches!(given, Err(MemberError::Desk(DeskError::NotFound))), "{given:?}");
    });
}

#[test]
fn an_invitation_gives_the_rights_and_switches_it_promises() {
    on_both(|world| async move {
        let olga = world.sign_in("olga").await;
        let acme = world.access.organization_desk(&olga.actor, world.acme).await.unwrap();
        let terms = Terms {
            role: Role::Collaborator,
            billing: Billing::Visible,
            notices: Notices::NONE.with(Notice::ProductMail),
            services: vec![(world.service, ServiceRight::Consult)],
        };
        let invitee = Invitee { first_name: "Ivan".to_owned(), last_name: "Ito".to_owned() };
        let new = NewUser { terms: terms.clone(), invitee, accesses: Vec::new(), language: Language::En };
        let made = acme.invite_into(&olga.proof, &new).await.unwrap();
        let row = acme.find_place(made.id).await.unwrap();
        assert_eq!((row.name.as_str(), &row.terms), ("Ivan Ito", &terms));
        let ivan = world.person("ivan").await;
        let token = made.link.rsplit('/').next().unwrap();
        let landing = world.identity.accept(&ivan.actor, token, None).await.unwrap();
        assert_eq!(landing, identity::Landing::Manager(world.acme));
        assert_eq!(acme.user(ivan.user).await.unwrap().terms.unwrap().0, terms);
        let desk = world.access.service_desk(&ivan.actor, world.service).await.unwrap();
        assert_eq!(desk.right(), ServiceRight::Consult);
    });
}

#[test]
fn of_two_who_change_the_same_member_the_second_sees_what_the_first_did() {
    on_both(|world| async move {
        let carla = world.member("carla", Role::Collaborator).await;
        let (olga, ada) = (world.sign_in("olga").await, world.member("ada", Role::Administrator).await);
        let olgas = world.access.organization_desk(&olga.actor, world.acme).await.unwrap();
        let adas = world.access.organization_desk(&ada.actor, world.acme).await.unwrap();
        let seen = Seen::Version(olgas.user(carla.user).await.unwrap().terms.unwrap().1);
        let billing = Terms { billing: Billing::Visible, ..Terms::of(Role::Collaborator) };
        let administrator = Terms::of(Role::Administrator);
        let (first, second) = (
            olgas.set_terms(&olga.proof, carla.user, seen, &billing),
            adas.set_terms(&ada.proof, carla.user, seen, &administrator),
        );
        let (first, second) = tokio::join!(first, second);
        assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
        let now = olgas.user(carla.user).await.unwrap().terms.unwrap().0;
        let refused = if first.is_ok() { second } else { first };
        assert!(matches!(refused, Err(MemberError::Changed(found)) if *found == now));
    });
}

#[test]
fn a_member_sets_their_own_switches_and_the_only_owner_keeps_the_reminders() {
    on_both(|world| async move {
        let olga = world.sign_in("olga").await;
        let identity = &world.identity;
        identity.set_own_notices(&olga.actor, world.acme, Notices::NONE).await.unwrap();
        let own = identity.own_notices(&olga.actor, world.acme).await.unwrap();
        assert!(own.is_only_owner && own.notices == Notices::NONE);
        assert!(own.notices.in_force(own.is_only_owner).has(Notice::BillingMail));
        world.member("otto", Role::Owner).await;
        assert!(!identity.own_notices(&olga.actor, world.acme).await.unwrap().is_only_owner);
        let stranger = world.person("eve").await;
        assert!(identity.own_notices(&stranger.actor, world.acme).await.is_err());
        assert!(identity.set_own_notices(&stranger.actor, world.acme, Notices::NONE).await.is_err());
    });
}
