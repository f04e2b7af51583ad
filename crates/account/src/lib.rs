//! Pages of one's own account: sign-in, sign-up, invitation, security.
