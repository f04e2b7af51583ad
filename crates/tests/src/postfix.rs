//! Debian's Postfix as the server of `far.example`, with a configuration, a queue and processes of its own.

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};

use tempfile::TempDir;

use crate::lines::DEADLINE;

/// Who Postfix's processes run as.
const OWNER: &str = "postfix";

/// A running Postfix, which takes mail for `far.example` into one maildir and sends all other mail to one server.
pub struct Postfix {
    process: Child,
    log: Receiver<String>,
    said: Vec<String>,
    address: SocketAddr,
    folder: TempDir,
}

impl Postfix {
    /// An address of this machine where nobody is. Postfix cannot be asked which one it took, so it is told one.
    pub fn free_address() -> SocketAddr {
        TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap()
    }

    /// Starts one at `address` that sends what is not its own to `next`. `certificate` is the folder of a certificate,
    /// with which it offers STARTTLS.
    pub fn start(address: SocketAddr, next: SocketAddr, certificate: &Path) -> Self {
        let folder = tempfile::Builder::new().prefix("postfix-").tempdir().unwrap();
        std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).unwrap();
        for name in ["conf", "queue", "data", "mail"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
        }
        let (user, group) = owner();
        for name in ["data", "mail"] {
            std::os::unix::fs::chown(folder.path().join(name), Some(user), Some(group))
                .expect("Postfix is started by root only");
        }
        let main = main(folder.path(), certificate, next, user, group);
        std::fs::write(folder.path().join("conf/main.cf"), main).unwrap();
        let master = format!("127.0.0.1:{} inet n - n - - smtpd\n{SERVICES}", address.port());
        std::fs::write(folder.path().join("conf/master.cf"), master).unwrap();
        let (process, log) = spawn(&folder.path().join("conf"));
        let mut postfix = Self { process, log, said: Vec::new(), address, folder };
        postfix.wait_for("daemon started");
        postfix
    }

    /// Where it takes mail.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits until the log has a line with these words, and gives it.
    pub fn wait_for(&mut self, words: &str) -> String {
        loop {
            let line = self.log.recv_timeout(DEADLINE);
            let line = line.unwrap_or_else(|_| panic!("Postfix does not say {words:?}: {:#?}", self.said));
            self.said.push(line.clone());
            if line.contains(words) {
                return line;
            }
        }
    }

    /// The messages that arrived at `far.example`.
    pub fn arrived(&self) -> Vec<Vec<u8>> {
        let new = self.folder.path().join("mail/inbox/new");
        let mut files: Vec<PathBuf> =
            std::fs::read_dir(new).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
        files.sort();
        files.iter().map(|file| std::fs::read(file).unwrap()).collect()
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        // Its master ends the others, by their ids.
        let configuration = self.folder.path().join("conf");
        let mut stop = Command::new("postfix");
        stop.arg("-c").arg(configuration).arg("stop").stdout(Stdio::null()).stderr(Stdio::null());
        let stopped = stop.status();
        if !stopped.is_ok_and(|status| status.success()) {
            let _ = self.process.kill();
        }
        let _ = self.process.wait();
    }
}

fn spawn(configuration: &Path) -> (Child, Receiver<String>) {
    let mut process = Command::new("postfix")
        .arg("-c")
        .arg(configuration)
        .arg("start-fg")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("Postfix is installed (Debian: postfix)");
    let (sender, log) = channel();
    let output = process.stdout.take().unwrap();
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    (process, log)
}

fn main(folder: &Path, certificate: &Path, next: SocketAddr, user: u32, group: u32) -> String {
    let (folder, certificate, next) = (folder.display(), certificate.display(), next.port());
    format!(
        "compatibility_level = 3.6\nqueue_directory = {folder}/queue\ndata_directory = {folder}/data\n\
         command_directory = /usr/sbin\ndaemon_directory = /usr/lib/postfix/sbin\nmail_owner = {OWNER}\n\
         setgid_group = postdrop\nmaillog_file = /dev/stdout\ninet_interfaces = 127.0.0.1\ninet_protocols = ipv4\n\
         myhostname = mx.far.example\nmydestination =\nmynetworks = 127.0.0.0/8\nalias_maps =\n\
         virtual_mailbox_domains = far.example\nvirtual_mailbox_base = {folder}/mail\n\
         virtual_mailbox_maps = static:inbox/\nvirtual_uid_maps = static:{user}\nvirtual_gid_maps = static:{group}\n\
         virtual_minimum_uid = 1\ndefault_transport = smtp:[127.0.0.1]:{next}\nrelay_domains =\n\
         smtp_tls_security_level = may\nsmtpd_tls_security_level = may\nsmtputf8_enable = yes\n\
         smtpd_tls_cert_file = {certificate}/cert.pem\nsmtpd_tls_key_file = {certificate}/key.pem\n\
         smtp_tls_loglevel = 1\nsmtpd_tls_received_header = yes\nmessage_size_limit = 52428800\n\
         virtual_mailbox_limit = 0\n"
    )
}

/// What works behind the listener.
const SERVICES: &str = "cleanup unix n - n - 0 cleanup\n\
    qmgr unix n - n 300 1 qmgr\n\
    rewrite unix - - n - - trivial-rewrite\n\
    bounce unix - - n - 0 bounce\n\
    defer unix - - n - 0 bounce\n\
    trace unix - - n - 0 bounce\n\
    proxymap unix - - n - - proxymap\n\
    smtp unix - - n - - smtp\n\
    error unix - - n - - error\n\
    retry unix - - n - - error\n\
    virtual unix - n n - - virtual\n\
    anvil unix - - n - 1 anvil\n\
    tlsmgr unix - - n 1000? 1 tlsmgr\n\
    postlog unix-dgram n - n - 1 postlogd\n";

/// The numbers of the user and the group that Postfix runs as.
fn owner() -> (u32, u32) {
    let number = |flag: &str| -> u32 {
        let output = Command::new("id").args([flag, OWNER]).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        text.trim().parse().expect("Postfix is installed (Debian: postfix)")
    };
    (number("-u"), number("-g"))
}
