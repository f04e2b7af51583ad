//! Whoever began work that goes on without them.

use domain::UserId;
use store::{StoreError, Tx};

use crate::actor::{Actor, Known, Parts, Way};
use crate::identity::Identity;
use crate::users;

impl Identity {
    /// The user who began a task, as it goes on; none when they are no more. For workers, which have the task from its row:
    /// whether its user still may is asked in each of its transactions, as of everybody.
    pub fn task_of(tx: &mut Tx<'_>, user: UserId) -> Result<Option<Actor>, StoreError> {
        // Whoever runs the server began it.
        if user == Self::operator().user() {
            return Ok(Some(Self::operator()));
        }
        let view = users::by_id(tx, user)?;
        Ok(view.map(|view| {
            Actor::new(Parts {
                user,
                name: view.name(),
                address: view.address,
                language: view.language,
                time_zone: view.time_zone,
                ip: None,
                way: Way::Task,
                lease: None,
                known: Known::default(),
            })
        }))
    }
}
