//! The command line: what can be typed, and the help that teaches it.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::config::Flags;
use crate::orders::access::AccessOrder;
use crate::orders::address::AddressOrder;
use crate::orders::audit::AuditOrder;
use crate::orders::backup::BackupOrder;
use crate::orders::device::DeviceOrder;
use crate::orders::domain::DomainOrder;
use crate::orders::organization::OrganizationOrder;
use crate::orders::queue::QueueOrder;
use crate::orders::service::ServiceOrder;
use crate::orders::user::UserOrder;
use crate::orders::verify::VerifyOrder;

/// The mail service where a person is not a mailbox.
#[derive(Debug, Parser)]
#[command(name = "postroom", version, after_help = EXAMPLES, disable_help_subcommand = true)]
pub(crate) struct Arguments {
    /// The configuration file (TOML); environment variables POSTROOM_… go over it, flags over both
    #[arg(long, global = true, value_name = "FILE", env = "POSTROOM_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// The data directory: database, large messages, keys, control socket [default: ./data]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Answer in JSON, for programs
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// What to do; without it, serve
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

const EXAMPLES: &str = "\
A first set-up, without a browser:
  postroom user add --email anna@example.org --name \"Anna Muster\" --password-stdin < password
  postroom organization add --name Acme --owner anna@example.org
  postroom service add --organization Acme --domain example.test
  postroom domain trust example.test
  postroom address add info@example.test --for anna@example.org
  postroom device add info@example.test --user anna@example.org --name phone

While the server runs, a command is carried out by the server, through the socket postroom.sock in the data directory,
so that open sessions feel the change at once. While it is stopped, the same command works on the stored data.

Exit codes:
  0  done
  1  failed, for a reason that has to do with this machine: a disk, a database, a bug
  2  the command was typed wrong, or the configuration has a fault
  3  what was named does not exist
  4  refused by a rule of the product; the message says which
  5  the server does not answer, or another process holds the data directory
  6  verify found a fault";

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve mail and pages (what happens without a command)
    Serve,
    /// Read the configuration, and name every fault in it
    CheckConfig,
    /// Save everything into a new folder, while the server runs or not
    Backup(BackupOrder),
    /// Put a saved state into an empty data directory; the server must be stopped
    #[command(after_help = "Example:\n  postroom restore /backups/monday --data /srv/postroom")]
    Restore {
        /// The folder that `backup` made
        #[arg(value_name = "FOLDER")]
        from: PathBuf,
    },
    /// Look through everything that is stored, and say what is not as it must be
    Verify(VerifyOrder),
    /// The activity log of an organization
    #[command(subcommand)]
    Audit(AuditOrder),
    /// Mail on its way out
    #[command(subcommand)]
    Queue(QueueOrder),
    /// Domains of mail services
    #[command(subcommand)]
    Domain(DomainOrder),
    /// People's accounts
    #[command(subcommand)]
    User(UserOrder),
    /// Organizations
    #[command(subcommand)]
    Organization(OrganizationOrder),
    /// Mail services of organizations
    #[command(subcommand)]
    Service(ServiceOrder),
    /// Email addresses
    #[command(subcommand)]
    Address(AddressOrder),
    /// Who may open an email address, and with which permissions
    #[command(subcommand)]
    Access(AccessOrder),
    /// Device passwords of an email address
    #[command(subcommand)]
    Device(DeviceOrder),
}

impl Arguments {
    /// What they say about the configuration.
    pub(crate) fn flags(&self) -> Flags {
        Flags { config: self.config.clone(), data: self.data.clone() }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn flags_may_stand_before_and_after_the_command() {
        let arguments =
            Arguments::try_parse_from(["postroom", "--data", "a", "queue", "list", "--json"]).unwrap();
        assert!(arguments.json);
        assert_eq!(arguments.data, Some(PathBuf::from("a")));
    }

    #[test]
    fn every_command_explains_itself() {
        fn walk(command: &clap::Command) {
            assert!(command.get_about().is_some(), "{} has no help", command.get_name());
            for argument in command.get_arguments().filter(|argument| !argument.is_hide_set()) {
                assert!(
                    argument.get_help().is_some(),
                    "{} {} has no help",
                    command.get_name(),
                    argument.get_id()
                );
            }
            command.get_subcommands().for_each(walk);
        }
        walk(&Arguments::command());
    }
}
