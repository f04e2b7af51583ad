//! Users, sign-in, sessions, organizations, invitations, grants, devices, audit.
//!
//! **Invariant:** an [`Actor`] is made here only, by signing in; what somebody may do is read in the transaction that
//! does it.

mod account_log;
pub mod actor;
pub mod audit;
mod browsers;
pub mod devices;
mod forgotten;
pub mod grants;
pub mod identifiers;
mod identity;
pub mod invitations;
pub mod joining;
mod leaving;
pub mod mails;
pub mod members;
pub mod operator;
pub mod organizations;
pub mod passwords;
mod profile;
mod second_factor;
mod server_key;
pub mod sessions;
mod sign_in;
pub mod sign_up;
pub mod teams;
#[cfg(test)]
mod testing;
mod throttle;
mod totp;
pub mod users;

pub use account_log::ActivityEntry;
pub use actor::{Actor, Confirmed, Origin, Way};
pub use browsers::{BrowserMark, Remember, RememberedBrowser};
pub use forgotten::{PasswordError, ResetError};
pub use identifiers::{IdentifierError, IdentifierView, Identifiers, Purpose, Released};
pub use identity::{Identity, Settings, Unavailable};
pub use invitations::{Gives, InvitationError, InvitationView};
pub use leaving::{LeaveError, Leaving};
pub use operator::OperatorError;
pub use organizations::{CreateOrganizationError, OrganizationView};
pub use passwords::PasswordFault;
pub use profile::{Profile, ProfileError, ProfileFaults};
pub use second_factor::{SecondFactorError, SecondFactorState};
pub use server_key::{KeyFault, ServerKey};
pub use sessions::{NewSession, Owes, SessionView};
pub use sign_in::{SignIn, SignInError};
pub use sign_up::{Landing, NameFaults, SignUpError, SignUpStep, SignUpView, Welcome};
pub use totp::TotpOffer;
pub use users::UserView;
