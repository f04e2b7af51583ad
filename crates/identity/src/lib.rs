//! Users, sign-in, sessions, organizations, invitations, grants, devices, audit.
//!
//! **Invariant:** an [`Actor`] is made here only, by signing in; what somebody may do is read in the transaction that
//! does it.

mod account_devices;
mod account_log;
pub mod actor;
mod address_counts;
pub mod audit;
mod browsers;
mod device_sign_in;
pub mod devices;
mod export;
mod forgotten;
pub mod grants;
pub mod hours;
pub mod identifiers;
mod identity;
pub mod invitations;
pub mod joining;
mod kept_accounts;
mod last_factor;
mod leaving;
pub mod limits;
pub mod mails;
pub mod members;
mod open;
pub mod operator;
pub mod organizations;
mod passkeys;
pub mod passwords;
pub mod people;
mod phones;
pub mod pictures;
mod profile;
pub mod rights;
mod scram;
mod second_factor;
mod second_step;
mod server_key;
pub mod sessions;
mod sign_in;
pub mod sign_up;
pub mod taking;
mod tasks;
pub mod teams;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
pub mod texts;
mod throttle;
mod totp;
pub mod users;

pub use account_devices::{AccountDeviceError, AccountDeviceView};
pub use account_log::ActivityEntry;
pub use actor::{Actor, Confirmed, Origin, Way};
pub use browsers::{BrowserMark, Remember, RememberedBrowser};
pub use export::ExportError;
pub use forgotten::{PasswordError, ResetError};
pub use identifiers::{IdentifierError, IdentifierView, Identifiers, Purpose, Released};
pub use identity::{Identity, RedirectionAsked, Settings, Unavailable};
pub use invitations::{Gives, InvitationError, InvitationView};
pub use kept_accounts::{KeptAccount, OTHER_ACCOUNTS};
pub use last_factor::{LastFactorError, has_any as has_second_factor};
pub use leaving::{LeaveError, Leaving};
pub use operator::OperatorError;
pub use organizations::{CreateOrganizationError, OrganizationView};
pub use passkeys::{AskedBy, PasskeyError, PasskeyView, SecondStepWays};
pub use passwords::PasswordFault;
pub use phones::{PHONES, PhoneError, PhoneView};
pub use pictures::{Picture, PictureError, PictureOf};
pub use profile::{Profile, ProfileError, ProfileFaults};
pub use rights::{OwnNotices, Seen, Terms};
pub use scram::{ScramClaim, ScramOpening};
pub use second_factor::{SecondFactorError, SecondFactorState};
pub use server_key::{KeyFault, ServerKey};
pub use sessions::{NewSession, Owes, SessionView};
pub use sign_in::{SignIn, SignInError};
pub use sign_up::{Landing, NameFaults, SignUpError, SignUpStep, SignUpView, Welcome};
pub use totp::TotpOffer;
pub use users::UserView;
