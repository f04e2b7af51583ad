//! Users, sign-in, sessions, organizations, invitations, grants, devices, audit.
//!
//! **Invariant:** an [`Actor`] is made here only, by signing in; what somebody may do is read in the transaction that
//! does it.

pub mod actor;
pub mod audit;
pub mod devices;
pub mod grants;
mod identity;
pub mod invitations;
pub mod mails;
pub mod operator;
pub mod organizations;
pub mod passwords;
mod second_factor;
mod server_key;
pub mod sessions;
mod sign_in;
pub mod sign_up;
mod throttle;
mod totp;
pub mod users;

pub use actor::{Actor, Confirmed, Origin, Way};
pub use identity::{Identity, Settings, Unavailable};
pub use invitations::{InvitationError, InvitationView};
pub use operator::OperatorError;
pub use organizations::{CreateOrganizationError, OrganizationView};
pub use passwords::PasswordFault;
pub use second_factor::{SecondFactorError, SecondFactorState};
pub use server_key::{KeyFault, ServerKey};
pub use sessions::{NewSession, SessionView};
pub use sign_in::{SignIn, SignInError};
pub use sign_up::{Landing, NameFaults, SignUpError, SignUpStep, SignUpView, Welcome};
pub use totp::TotpOffer;
pub use users::UserView;
