//! The Postroom server and its command line.
//!
//! Configuration, wiring, subcommands and shutdown: everything here puts together what the other crates do.
//!
//! **Invariant:** a data directory is held by one process at a time. While that is a server, every other command is
//! an [`orders::Order`] that the server carries out; otherwise the same function carries it out here.

mod ambient;
mod arguments;
mod config;
mod console;
mod lock;
mod logs;
mod office;
mod orders;
mod road;
mod serve;
mod socket;
mod web;

use std::process::ExitCode;

use clap::Parser;

use crate::arguments::{Arguments, Command};
use crate::config::Configuration;
use crate::orders::{Order, Refusal, Report};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let json = arguments.json;
    match run(arguments) {
        Ok(Some(report)) => console::show(&report, json),
        Ok(None) => ExitCode::SUCCESS,
        Err(refusal) => console::complain(&refusal, json),
    }
}

/// Does what was asked for; the answer is what there is to report.
fn run(arguments: Arguments) -> Result<Option<Report>, Refusal> {
    let configuration = configuration(&arguments)?;
    let order = match arguments.command.unwrap_or(Command::Serve) {
        Command::Serve => return serve::run(&configuration).map(|()| None),
        Command::CheckConfig => return Ok(Some(in_order(&configuration))),
        Command::Restore { from } => return road::restore(&configuration, &from).map(Some),
        Command::Backup(order) => Order::Backup(order.absolute()?),
        Command::User(order) => Order::User(order.with_password(console::password)?),
        Command::Verify(order) => Order::Verify(order),
        Command::Audit(order) => Order::Audit(order),
        Command::Queue(order) => Order::Queue(order),
        Command::Domain(order) => Order::Domain(order),
        Command::Organization(order) => Order::Organization(order),
        Command::Service(order) => Order::Service(order),
        Command::Address(order) => Order::Address(order),
        Command::Access(order) => Order::Access(order),
        Command::Device(order) => Order::Device(order),
    };
    road::carry_out(&configuration, order).map(Some)
}

fn configuration(arguments: &Arguments) -> Result<Configuration, Refusal> {
    let variable = |name: &str| std::env::var(name).ok();
    config::load(&arguments.flags(), variable).map_err(|faults| {
        let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
        Refusal::Usage(lines.join("\n"))
    })
}

/// What `check-config` says when there is no fault.
fn in_order(configuration: &Configuration) -> Report {
    let data = configuration.data.display().to_string();
    let host_name = configuration.host_name.as_str();
    Report::one("The configuration is in order.", [("data", data.into()), ("host_name", host_name.into())])
}
