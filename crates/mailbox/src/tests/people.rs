//! The list of the people of an organization (O5).

use domain::{Permissions, Role, UserId};
use identity::people::{Asked, Kind};

use super::on_both;
use super::world::World;
use crate::desk::OrganizationDesk;

async fn names(desk: &OrganizationDesk, asked: &Asked) -> Vec<String> {
    desk.people_page(asked).await.unwrap().into_iter().map(|person| person.name).collect()
}

fn asked(search: &str, kind: Kind, after: Option<UserId>) -> Asked {
    Asked { search: search.to_owned(), kind, after, limit: 2 }
}

async fn desk(world: &World) -> OrganizationDesk {
    world.access.organization_desk(&world.operator, world.acme).await.unwrap()
}

#[test]
fn people_come_page_by_page_members_first_and_externals_after_them() {
    on_both(|world| async move {
        let desk = desk(&world).await;
        for name in ["zoe", "carla"] {
            world.member(name, Role::Collaborator).await;
        }
        let external = world.person("alan").await;
        world.give(world.info, &external, Permissions::NONE).await;
        let (mut after, mut all) = (None, Vec::new());
        loop {
            let page = desk.people_page(&asked("", Kind::Everybody, after)).await.unwrap();
            all.extend(page.iter().map(|person| person.name.clone()));
            after = page.last().map(|person| person.user);
            if page.len() < 2 {
                break;
            }
        }
        let said: Vec<String> =
            ["anna", "carla", "olga", "zoe", "alan"].map(|name| format!("{name} Tester")).into();
        assert_eq!(all, said);
        assert_eq!(names(&desk, &asked("", Kind::Externals, None)).await, ["alan Tester"]);
        assert_eq!(names(&desk, &asked("CARLA TES", Kind::Everybody, None)).await, ["carla Tester"]);
        assert_eq!(names(&desk, &asked("alan@people", Kind::Everybody, None)).await, ["alan Tester"]);
        assert!(names(&desk, &asked("alan", Kind::Members, None)).await.is_empty());
        assert!(names(&desk, &asked("%", Kind::Everybody, None)).await.is_empty());
    });
}

#[test]
fn a_new_name_is_found_and_stands_in_its_place() {
    on_both(|world| async move {
        let desk = desk(&world).await;
        let zoe = world.member("zoe", Role::Collaborator).await;
        let profile = world.identity.profile(&zoe.actor).await.unwrap();
        let renamed = identity::Profile { first_name: "Aaron".to_owned(), ..profile };
        world.identity.set_profile(&zoe.actor, &renamed).await.unwrap();
        assert_eq!(names(&desk, &asked("", Kind::Members, None)).await[0], "Aaron Tester");
        assert_eq!(names(&desk, &asked("aaron", Kind::Members, None)).await, ["Aaron Tester"]);
    });
}
