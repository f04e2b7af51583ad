//! Teams (O8): what they give adds up with what people have themselves, whatever happens in which order.

use std::collections::{BTreeMap, BTreeSet};

use domain::{MailboxId, Permission, Permissions, Role, TeamId, Timestamp, UserId};
use identity::grants::{self, NewGrant};
use identity::members::MemberFault;
use identity::{Actor, teams};
use proptest::prelude::*;

use super::world::{Person, World, email};
use super::{On, on, on_both};
use crate::OpenError;
use crate::desk::{Inside, MemberError, OrganizationDesk, TeamError};

async fn olgas(world: &World) -> (Person, OrganizationDesk) {
    let olga = world.sign_in("olga").await;
    let desk = world.access.organization_desk(&olga.actor, world.acme).await.unwrap();
    (olga, desk)
}

#[test]
fn a_team_opens_its_addresses_to_whoever_is_in_it() {
    on_both(|world| async move {
        let (olga, desk) = olgas(&world).await;
        let ivan = world.member("ivan", Role::Collaborator).await;
        let team = desk.create_team(&"Sales".parse().unwrap(), teams::Color::Green).await.unwrap();
        let send = Permissions::NONE.with(Permission::Send);
        desk.set_team_access(&olga.proof, team, world.info, send).await.unwrap();
        assert!(matches!(world.access.open(&ivan.actor, world.info).await, Err(OpenError::NotFound)));
        desk.set_in_team(&olga.proof, team, ivan.user, Inside::Yes).await.unwrap();
        let mailbox = world.access.open(&ivan.actor, world.info).await.unwrap();
        assert_eq!(mailbox.rights().await.unwrap().permissions(), send);
        assert_eq!(world.access.list(&ivan.actor).await.unwrap().len(), 1);
        let shares = world.desk(world.info).await.team_shares().await.unwrap();
        assert_eq!((shares[0].user, shares[0].team_name.as_str()), (ivan.user, "Sales"));

        desk.set_in_team(&olga.proof, team, ivan.user, Inside::No).await.unwrap();
        assert!(matches!(world.access.open(&ivan.actor, world.info).await, Err(OpenError::NotFound)));
        assert!(mailbox.rights().await.is_err());
        assert!(world.access.list(&ivan.actor).await.unwrap().is_empty());
    });
}

#[test]
fn removing_one_source_keeps_the_other_with_all_that_is_open() {
    on_both(|world| async move {
        let (olga, desk) = olgas(&world).await;
        let (_, phone) = world.annas_device().await;
        let team = desk.create_team(&"Sales".parse().unwrap(), teams::Color::Blue).await.unwrap();
        let devices = Permissions::NONE.with(Permission::Devices);
        desk.set_team_access(&olga.proof, team, world.info, devices).await.unwrap();
        desk.set_in_team(&olga.proof, team, world.anna.user, Inside::Yes).await.unwrap();
        let open = world.annas().await;
        let report = world.remove(world.info, &world.anna).await;
        assert!(report.devices.is_empty() && report.closed.is_empty(), "{report:?}");
        assert_eq!(open.rights().await.unwrap().permissions(), devices);
        world.access.open_address(&phone).await.unwrap();

        desk.delete_team(&olga.proof, team).await.unwrap();
        assert!(open.rights().await.is_err());
        assert!(world.access.open_address(&phone).await.is_err());
        assert_eq!(world.count("SELECT count(*) FROM devices").await, 0);
    });
}

#[test]
fn a_team_gets_no_address_of_another_organization_or_that_somebody_signs_in_with() {
    on_both(|world| async move {
        let (olga, desk) = olgas(&world).await;
        let (other, _, elsewhere) = world.elsewhere("other", "otto").await;
        let team = desk.create_team(&"Sales".parse().unwrap(), teams::Color::Blue).await.unwrap();
        let all = Permissions::ALL;
        let refused = desk.set_team_access(&olga.proof, team, elsewhere, all).await;
        assert!(matches!(refused, Err(TeamError::Desk(crate::desk::DeskError::NotFound))), "{refused:?}");
        let stranger = desk.set_in_team(&olga.proof, team, other.user, Inside::Yes).await;
        assert!(matches!(stranger, Err(crate::desk::DeskError::NotFound)), "{stranger:?}");
        let taken = desk.create_team(&"Sales".parse().unwrap(), teams::Color::Blue).await;
        assert!(matches!(taken, Err(TeamError::NameTaken)), "{taken:?}");
        let login = world.address("ida@acme.test").await;
        let password = domain::Secret::new(super::world::PASSWORD.to_owned());
        let operator = identity::Identity::operator();
        world.identity.add_user(&operator, email("ida@acme.test"), "Ida", &password).await.unwrap();
        let refused = desk.set_team_access(&olga.proof, team, login, all).await;
        assert!(matches!(refused, Err(TeamError::AddressIsLogin(_))), "{refused:?}");
        let denied = world.access.organization_desk(&world.anna.actor, world.acme).await;
        assert!(denied.is_err());
    });
}

/// One thing that happens.
#[derive(Debug, Clone)]
enum Step {
    Give { user: usize, mailbox: usize, bits: i64, ends_in: Option<i64> },
    Revoke { user: usize, mailbox: usize },
    Join { user: usize, team: usize },
    Leave { user: usize, team: usize },
    Team { team: usize, mailbox: usize, bits: i64 },
    TeamRevoke { team: usize, mailbox: usize },
    Empty { team: usize },
    SetRole { by: usize, user: usize, role: usize },
    Remove { by: usize, user: usize },
    Wait { secs: u64 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let (user, mailbox, team, bits) = (0..3usize, 0..2usize, 0..2usize, 0..4096i64);
    let step = prop_oneof![
        3 => (user.clone(), mailbox.clone(), bits.clone(), proptest::option::of(1..60i64))
            .prop_map(|(user, mailbox, bits, ends_in)| Step::Give { user, mailbox, bits, ends_in }),
        2 => (user.clone(), mailbox.clone()).prop_map(|(user, mailbox)| Step::Revoke { user, mailbox }),
        3 => (user.clone(), team.clone()).prop_map(|(user, team)| Step::Join { user, team }),
        2 => (user.clone(), team.clone()).prop_map(|(user, team)| Step::Leave { user, team }),
        3 => (team.clone(), mailbox.clone(), bits)
            .prop_map(|(team, mailbox, bits)| Step::Team { team, mailbox, bits }),
        2 => (team.clone(), mailbox).prop_map(|(team, mailbox)| Step::TeamRevoke { team, mailbox }),
        1 => team.prop_map(|team| Step::Empty { team }),
        2 => (user.clone(), user.clone(), 0..4usize)
            .prop_map(|(by, user, role)| Step::SetRole { by, user, role }),
        1 => (user.clone(), user).prop_map(|(by, user)| Step::Remove { by, user }),
        1 => (1..40u64).prop_map(|secs| Step::Wait { secs }),
    ];
    proptest::collection::vec(step, 1..60)
}

/// Who should have what, in the plainest words.
#[derive(Default)]
struct Model {
    own: BTreeMap<(usize, usize), (i64, Option<Timestamp>)>,
    inside: BTreeSet<(usize, usize)>,
    teams: BTreeMap<(usize, usize), i64>,
}

impl Model {
    fn rights(&self, user: usize, mailbox: usize, now: Timestamp) -> Option<Permissions> {
        let own = self.own.get(&(user, mailbox)).filter(|(_, end)| end.is_none_or(|end| now < end));
        let own = own.map(|(bits, _)| *bits);
        let shared = self
            .teams
            .iter()
            .filter(|((team, opened), _)| *opened == mailbox && self.inside.contains(&(user, *team)));
        let all = own.into_iter().chain(shared.map(|(_, bits)| *bits));
        all.map(Permissions::from_bits).reduce(Permissions::union)
    }

    fn forget(&mut self, user: usize) {
        self.own.retain(|(whose, _), _| *whose != user);
        self.inside.retain(|(whose, _)| *whose != user);
    }
}

/// The rows that the steps are about.
struct Cast {
    people: Vec<Person>,
    mailboxes: Vec<MailboxId>,
    teams: Vec<TeamId>,
}

impl Cast {
    async fn enter(world: &World) -> Self {
        let people = vec![
            world.sign_in("olga").await,
            world.member("ivan", Role::Owner).await,
            world.member("eve", Role::Administrator).await,
        ];
        let mailboxes = vec![world.address("one@acme.test").await, world.address("two@acme.test").await];
        let (_, desk) = olgas(world).await;
        let mut teams = Vec::new();
        for name in ["Sales", "Support"] {
            teams.push(desk.create_team(&name.parse().unwrap(), teams::Color::Red).await.unwrap());
        }
        Self { people, mailboxes, teams }
    }
}

async fn play(world: &World, cast: &Cast, model: &mut Model, step: &Step) {
    let user_of = |user: usize| cast.people[user].user;
    match *step {
        Step::Give { user, mailbox, bits, ends_in } => {
            if model.own.contains_key(&(user, mailbox)) {
                return;
            }
            let (who, what) = (user_of(user), cast.mailboxes[mailbox]);
            let ends = world.read(|tx| Ok(tx.now())).await;
            let ends_at = ends_in.map(|secs| ends.plus(std::time::Duration::from_secs(secs.unsigned_abs())));
            model.own.insert((user, mailbox), (bits, ends_at));
            world
                .write(move |tx| {
                    let grant = NewGrant {
                        mailbox: what,
                        user: who,
                        permissions: Permissions::from_bits(bits),
                        ends_at,
                        appears_under: None,
                        created_by: None,
                    };
                    grants::add(tx, &grant).map(drop)
                })
                .await;
        }
        Step::Revoke { user, mailbox } => {
            model.own.remove(&(user, mailbox));
            let (who, what) = (user_of(user), cast.mailboxes[mailbox]);
            world.write(move |tx| grants::remove(tx, what, who).map(drop)).await;
        }
        Step::Join { user, team } => {
            model.inside.insert((user, team));
            let (who, team) = (user_of(user), cast.teams[team]);
            world.write(move |tx| teams::add_member(tx, team, who).map(drop)).await;
        }
        Step::Leave { user, team } => {
            model.inside.remove(&(user, team));
            let (who, team) = (user_of(user), cast.teams[team]);
            world.write(move |tx| teams::remove_member(tx, team, who).map(drop)).await;
        }
        Step::Team { team, mailbox, bits } => {
            model.teams.insert((team, mailbox), bits);
            let (team, what, by) = (cast.teams[team], cast.mailboxes[mailbox], user_of(0));
            let permissions = Permissions::from_bits(bits);
            world.write(move |tx| teams::set_access(tx, team, what, permissions, by)).await;
        }
        Step::TeamRevoke { team, mailbox } => {
            model.teams.remove(&(team, mailbox));
            let (team, what) = (cast.teams[team], cast.mailboxes[mailbox]);
            world.write(move |tx| teams::remove_access(tx, team, what)).await;
        }
        Step::Empty { team } => {
            model.inside.retain(|(_, inside)| *inside != team);
            let team = cast.teams[team];
            world
                .write(move |tx| {
                    let people = teams::members(tx, team)?;
                    people.into_iter().try_for_each(|who| teams::remove_member(tx, team, who).map(drop))
                })
                .await;
        }
        Step::SetRole { by, user, role } => play_role(world, cast, model, by, user, Some(role)).await,
        Step::Remove { by, user } => play_role(world, cast, model, by, user, None).await,
        Step::Wait { secs } => world.clock.advance(std::time::Duration::from_secs(secs)),
    }
}

/// Somebody gives somebody a role, or removes them; where a rule forbids it nothing changes.
async fn play_role(
    world: &World,
    cast: &Cast,
    model: &mut Model,
    by: usize,
    user: usize,
    role: Option<usize>,
) {
    let (actor, whom): (&Actor, UserId) = (&cast.people[by].actor, cast.people[user].user);
    let Ok(desk) = world.access.organization_desk(actor, world.acme).await else { return };
    let proof = cast.people[by].proof;
    let outcome = match role {
        Some(role) => desk.set_role(&proof, whom, Role::ALL[role]).await,
        None => desk.remove_user(&proof, whom).await.map(|_| model.forget(user)),
    };
    if let Err(error) = outcome {
        let expected = matches!(
            error,
            MemberError::Fault(MemberFault::LastOwner | MemberFault::OwnersOnly)
                | MemberError::NotAMember
                | MemberError::Desk(crate::desk::DeskError::NotFound)
        );
        assert!(expected, "{error:?}");
    }
}

async fn compare(world: &World, cast: &Cast, model: &Model, after: &Step) {
    let now = world.read(|tx| Ok(tx.now())).await;
    for (user, person) in cast.people.iter().enumerate() {
        let listed = world.access.list(&person.actor).await.unwrap();
        for (number, mailbox) in cast.mailboxes.iter().enumerate() {
            let (who, what) = (person.user, *mailbox);
            let found = world.read(move |tx| grants::rights(tx, who, what)).await;
            let expected = model.rights(user, number, now);
            assert_eq!(found.map(|rights| rights.permissions()), expected, "{user} {number} after {after:?}");
            let opened = world.access.open(&person.actor, what).await.is_ok();
            assert_eq!(opened, expected.is_some(), "{user} {number} after {after:?}");
            let is_listed = listed.iter().any(|view| view.mailbox == what);
            assert_eq!(is_listed, expected.is_some(), "{user} {number} after {after:?}");
        }
    }
    let owners = world.count("SELECT count(*) FROM memberships WHERE role = 'owner'").await;
    assert!(owners > 0, "after {after:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 60, ..ProptestConfig::default() })]

    #[test]
    fn rights_are_always_the_union_of_a_plain_model_and_an_owner_remains(steps in steps()) {
        on(On::Sqlite, |world| {
            let steps = steps.clone();
            async move {
                let cast = Cast::enter(&world).await;
                let mut model = Model::default();
                for step in &steps {
                    play(&world, &cast, &mut model, step).await;
                    compare(&world, &cast, &model, step).await;
                }
            }
        });
    }
}
