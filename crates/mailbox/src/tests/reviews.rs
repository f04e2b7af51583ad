//! Who can do what and why (P14), and the accesses of a mail service under review (I11).

use domain::{Permission, Permissions, Role};
use identity::grants::Giver;
use identity::teams::Color;

use super::on_both;
use super::world::{Person, World};
use crate::desk::{
    AfterAccess, Because, DeskError, Explanation, Inside, Kept, Rest, Reviewed, ShareError, ShareManyError,
};

impl World {
    /// The team "Sales", which opens info@acme.test for Anna and Carl to send.
    async fn sales(&self, olga: &Person, carl: &Person) -> domain::TeamId {
        let desk = self.access.organization_desk(&olga.actor, self.acme).await.unwrap();
        let team = desk.create_team(&"Sales".parse().unwrap(), Color::Blue).await.unwrap();
        for user in [self.anna.user, carl.user] {
            desk.set_in_team(&olga.proof, team, user, Inside::Yes).await.unwrap();
        }
        let send = Permissions::NONE.with(Permission::Send);
        desk.set_team_access(&olga.proof, team, self.info, send).await.unwrap();
        team
    }

    async fn explained(&self, olga: &Person, whose: &Person) -> Explanation {
        let desk = self.access.address_desk(&olga.actor, self.info).await.unwrap();
        desk.explain(whose.user).await.unwrap()
    }
}

#[test]
fn an_explanation_says_through_what_somebody_can_do_something_or_why_not() {
    on_both(|world| async move {
        let olga = world.sign_in("olga").await;
        let carl = world.member("carl", Role::Collaborator).await;
        let dora = world.member("dora", Role::Collaborator).await;
        let team = world.sales(&olga, &carl).await;
        let sales = Giver::Team { team, name: "Sales".to_owned() };
        let folders = Permissions::NONE.with(Permission::Folders);
        world.allow(world.info, &world.anna, folders).await;

        let anna = world.explained(&olga, &world.anna).await;
        assert_eq!(anna.reading(), Because::Through(vec![&Giver::Own, &sales]));
        assert_eq!(anna.of(Permission::Folders), Because::Through(vec![&Giver::Own]));
        assert_eq!(anna.of(Permission::Send), Because::Through(vec![&sales]));
        assert_eq!(anna.of(Permission::Rules), Because::SwitchedOff);
        let at_the_door = world.annas().await.rights().await.unwrap();
        assert_eq!(anna.rights(), Some(at_the_door));
        let left = anna.without(&Giver::Own).unwrap().permissions();
        assert_eq!(left, Permissions::NONE.with(Permission::Send));

        assert_eq!(world.explained(&olga, &dora).await.reading(), Because::NoAccess);
        // An owner manages, and reads nothing by that.
        let owner = world.explained(&olga, &olga).await;
        assert_eq!(owner.reading(), Because::NoAccess);
        assert!(owner.standing.unwrap().may(domain::role::Verb::ManageMail));

        let desk = world.desk(world.info).await;
        let sven = world.person("sven").await;
        assert!(matches!(desk.explain(sven.user).await, Err(DeskError::NotFound)));
        desk.delete(&world.proof().await).await.unwrap();
        assert_eq!(world.explained(&olga, &world.anna).await.reading(), Because::AddressClosed);
    });
}

#[test]
fn an_access_that_holds_later_or_held_before_is_said_not_to_hold_now() {
    on_both(|world| async move {
        let olga = world.sign_in("olga").await;
        let desk = world.access.address_desk(&olga.actor, world.info).await.unwrap();
        let hours = identity::hours::Hours::new([6], "10:00", "11:00", "UTC").unwrap();
        let limits = identity::limits::Limits { ends_at: None, hours: Some(hours) };
        desk.set_limits(&olga.proof, world.anna.user, &limits).await.unwrap();
        let anna = world.explained(&olga, &world.anna).await;
        assert_eq!(anna.of(Permission::Send), Because::NotNow);
        assert_eq!(anna.rights(), None);
    });
}

#[test]
fn before_a_team_is_deleted_one_sees_who_would_lose_what() {
    on_both(|world| async move {
        let olga = world.sign_in("olga").await;
        let carl = world.member("carl", Role::Collaborator).await;
        let team = world.sales(&olga, &carl).await;
        let desk = world.access.organization_desk(&olga.actor, world.acme).await.unwrap();
        let losses = desk.losses_with_team(team).await.unwrap();
        let said: Vec<_> = losses.iter().map(|loss| (loss.name.as_str(), loss.rest)).collect();
        assert_eq!(said, [("carl Tester", Rest::Nothing)], "Anna has everything herself");
        world.allow(world.info, &world.anna, Permissions::NONE).await;
        let losses = desk.losses_with_team(team).await.unwrap();
        let anna = losses.iter().find(|loss| loss.name == "anna Tester").unwrap();
        let send = Permissions::NONE.with(Permission::Send);
        assert_eq!((anna.rest, anna.permissions), (Rest::Opens, send));
        // Nothing has happened by looking.
        assert!(world.access.open(&carl.actor, world.info).await.is_ok());
        let absent = desk.losses_with_team(domain::Id::from_bytes([9; 16])).await;
        assert!(matches!(absent, Err(DeskError::NotFound)));
    });
}

fn said(rows: &[Reviewed]) -> Vec<(String, String, Option<String>)> {
    let team = |row: &Reviewed| row.team.as_ref().map(|(_, name)| name.clone());
    rows.iter().map(|row| (row.address.clone(), row.name.clone(), team(row))).collect()
}

#[test]
fn a_review_lists_who_opens_what_through_what_page_by_page() {
    on_both(|world| async move {
        let olga = world.sign_in("olga").await;
        let carl = world.member("carl", Role::Collaborator).await;
        world.sales(&olga, &carl).await;
        let desk = world.access.service_desk(&olga.actor, world.service).await.unwrap();
        let all = desk.review("", Kept::All, None, 10).await.unwrap();
        assert_eq!(all.len(), 3);
        let mut paged = Vec::new();
        let mut after = None;
        while let [row] = desk.review("", Kept::All, after.as_ref(), 1).await.unwrap().as_slice() {
            let team = row.team.as_ref().map(|(team, _)| *team);
            after = Some(AfterAccess { address: row.address.clone(), user: row.user, team });
            paged.push(row.clone());
        }
        assert_eq!(said(&paged), said(&all));
        let found = desk.review("CARL", Kept::All, None, 10).await.unwrap();
        let sales = Some("Sales".to_owned());
        assert_eq!(said(&found), [("info@acme.test".to_owned(), "carl Tester".to_owned(), sales)]);
        assert_eq!(desk.review("", Kept::Teams, None, 10).await.unwrap().len(), 2);
        assert!(desk.review("", Kept::Ending, None, 10).await.unwrap().is_empty());
        assert!(desk.review("", Kept::Unused, None, 10).await.unwrap().is_empty());
        let (_, phone) = world.annas_device().await;
        world.access.open_address(&phone).await.unwrap();
        let own = desk.review("anna", Kept::All, None, 10).await.unwrap();
        assert!(own.iter().all(|row| row.device_used_at.is_some() && row.seen_at.is_some()), "{own:?}");
    });
}

#[test]
fn several_accesses_are_removed_at_once_and_of_two_who_remove_the_same_one_is_told() {
    on_both(|world| async move {
        let olga = world.sign_in("olga").await;
        let carl = world.member("carl", Role::Collaborator).await;
        world.give(world.info, &carl, Permissions::ALL).await;
        let desk = world.access.service_desk(&olga.actor, world.service).await.unwrap();
        let (_, phone) = world.annas_device().await;
        let mailbox = world.annas().await;
        let both = [(world.info, world.anna.user), (world.info, carl.user)];
        let (one, other) =
            tokio::join!(desk.remove_accesses(&olga.proof, &both), desk.remove_accesses(&olga.proof, &both));
        let (one, other) = (one.unwrap(), other.unwrap());
        assert_eq!(one.0 + other.0, 2, "each access is removed once");
        let devices: Vec<_> = one.1.devices.iter().chain(&other.1.devices).collect();
        assert_eq!(devices, ["phone"]);
        assert!(mailbox.lease().is_ended().is_some() && phone.lease().unwrap().is_ended().is_some());
        assert_eq!(world.count("SELECT count(*) FROM audit_entries WHERE verb = 'access.remove'").await, 2);

        let (_, elsewhere, theirs) = world.elsewhere("Beta", "berta").await;
        assert_ne!(elsewhere, world.service);
        let foreign = desk.remove_accesses(&olga.proof, &[(theirs, carl.user)]).await;
        assert!(matches!(foreign, Err(DeskError::NotFound)));
    });
}

#[test]
fn several_people_get_several_addresses_at_once_with_permissions_each() {
    on_both(|world| async move {
        let olga = world.sign_in("olga").await;
        let carl = world.member("carl", Role::Collaborator).await;
        let dora = world.member("dora", Role::Collaborator).await;
        let sales = world.address("sales@acme.test").await;
        let desk = world.access.service_desk(&olga.actor, world.service).await.unwrap();
        let listed = desk.shareable("SALES").await.unwrap();
        assert_eq!(listed, [(sales, "sales@acme.test".to_owned())]);
        let send = Permissions::NONE.with(Permission::Send);
        let people = [(world.anna.user, send), (carl.user, Permissions::ALL), (dora.user, Permissions::NONE)];
        let both = [world.info, sales];
        assert_eq!(desk.share(&olga.proof, &both, &people).await.unwrap(), 6);
        for mailbox in both {
            for (person, permissions) in
                [(&world.anna, send), (&carl, Permissions::ALL), (&dora, Permissions::NONE)]
            {
                let opened = world.access.open(&person.actor, mailbox).await.unwrap();
                assert_eq!(opened.rights().await.unwrap().permissions(), permissions);
            }
        }
        // All or nothing: a stranger among them, and nobody gets anything.
        let sven = world.person("sven").await;
        let more = world.address("more@acme.test").await;
        let refused = desk.share(&olga.proof, &[more], &[(carl.user, send), (sven.user, send)]).await;
        assert!(
            matches!(refused, Err(ShareManyError::One { why: ShareError::NotAMember, .. })),
            "{refused:?}"
        );
        assert!(world.access.open(&carl.actor, more).await.is_err());
        let (_, _, theirs) = world.elsewhere("Beta", "berta").await;
        let foreign = desk.share(&olga.proof, &[theirs], &[(carl.user, send)]).await;
        assert!(matches!(foreign, Err(ShareManyError::Desk(DeskError::NotFound))));
        assert!(matches!(desk.share(&olga.proof, &[], &people).await, Err(ShareManyError::Nothing)));
    });
}

#[test]
fn of_two_who_remove_one_access_at_the_same_instant_the_second_is_told_that_it_is_gone() {
    on_both(|world| async move {
        let olga = world.sign_in("olga").await;
        let desk = world.access.address_desk(&olga.actor, world.info).await.unwrap();
        let (one, other) = tokio::join!(
            desk.remove_access(&olga.proof, world.anna.user),
            desk.remove_access(&olga.proof, world.anna.user)
        );
        let refused = one.err().xor(other.err());
        assert!(matches!(refused, Some(DeskError::NotFound)), "{refused:?}");
    });
}
