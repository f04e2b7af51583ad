//! Pages of one's own account: sign-in, forgotten password, sign-up, invitation, profile, security.
//!
//! **Invariant:** opening a page changes nothing; what a page says of a wrong sign-in is the same whether the account
//! exists or not; a password, code or token that was sent is put on no page and into no log.

mod forgot;
mod form;
mod invite;
mod own;
mod pass;
mod redirection;
mod sign_in;
mod sign_up;
mod terms;
#[cfg(test)]
mod tests;

use web::Pages;

/// Every route of these pages.
pub fn pages() -> Pages {
    sign_in::pages()
        .and(forgot::pages())
        .and(sign_up::pages())
        .and(terms::pages())
        .and(invite::pages())
        .and(redirection::pages())
        .and(own::pages())
}
