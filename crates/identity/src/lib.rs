//! Users, sign-in, sessions, organizations, invitations, grants, devices, audit.
