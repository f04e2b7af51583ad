//! Ours and another's: what we sign holds for dkimpy, and what dkimpy signs holds for us.

use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::world::{Keys, TestDns, verdicts};
use crate::DkimResult;

/// Messages with the ends and folds that programs get wrong.
const MESSAGES: [&str; 10] = [
    "From: bob@far.example\r\nSubject: plain\r\n\r\nHello.\r\n",
    "From: bob@far.example\r\nSubject: no body\r\n\r\n",
    "From: bob@far.example\r\nSubject: only empty lines\r\n\r\n\r\n\r\n\r\n",
    "From: bob@far.example\r\nSubject: only white space\r\n\r\n \t\r\n\t\r\n \r\n",
    "From: bob@far.example\r\nSubject: white space at the end\r\n\r\nx\r\n \r\n\t\r\n\r\n",
    "From: bob@far.example\r\nSubject: runs of white space\r\n\r\nx  y\t\r\n",
    "From: bob@far.example\r\nSubject:folded\r\n \tand  again\t\r\n\r\n a\tb \r\n\r\n\r\n c\r\n",
    "FROM: =?utf-8?Q?B=C3=B6b?= <bob@far.example>\r\nSUBJECT:  spaces  \r\nTo:\r\n\tinfo@example.test,\r\n x@y.test\r\n\r\nx\r\n",
    "From: bob@far.example\r\nTo: a@x.test\r\nTo: b@x.test\r\nSubject: twice\r\nSubject: thrice\r\n\r\n.\r\n..\r\n",
    "From: bob@far.example\r\nSubject: Grüße\r\nX-Long: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n\r\nö\r\n",
];

#[test]
fn what_we_sign_holds_for_dkimpy_and_what_it_signs_holds_for_us() {
    let folder = tempfile::tempdir().unwrap();
    let messages = MESSAGES.iter().enumerate();
    compare(
        folder.path(),
        messages.map(|(number, message)| (number.to_string(), message.as_bytes().to_vec())),
    );
}

/// Lets both sides sign each message, and check what the other signed.
fn compare(folder: &Path, messages: impl Iterator<Item = (String, Vec<u8>)>) {
    let keys = Keys::of("far.example");
    for sub in ["ours", "plain", "theirs"] {
        std::fs::create_dir(folder.join(sub)).unwrap();
    }
    write(folder, "records", keys.records().as_bytes());
    write(folder, "rsa.pem", pem(keys.private(0)).as_bytes());
    // The seed ends the key's PKCS #8.
    let seed = keys.private(1);
    write(folder, "ed25519", BASE64_STANDARD.encode(&seed[seed.len() - 32..]).as_bytes());
    for (name, message) in messages {
        write(folder, &format!("plain/{name}"), &message);
        write(folder, &format!("ours/{name}"), &keys.sign(1, &keys.sign(0, &message)));
    }
    let output = Command::new(python()).arg(here().join("tests/dkimpy.py")).arg(folder).output().unwrap();
    let told = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&told));

    let dns = keys.publish(TestDns::default());
    let mut checked = 0;
    for entry in std::fs::read_dir(folder.join("theirs")).unwrap() {
        let path = entry.unwrap().path();
        let found = verdicts(&dns, &std::fs::read(&path).unwrap()).dkim;
        assert_eq!(found[0].result, DkimResult::Pass, "{}: {found:?}", path.display());
        checked += 1;
    }
    assert_eq!(checked, 8 * std::fs::read_dir(folder.join("plain")).unwrap().count());
}

fn write(folder: &Path, name: &str, content: &[u8]) {
    std::fs::write(folder.join(name), content).unwrap();
}

fn pem(der: &[u8]) -> String {
    let text = BASE64_STANDARD.encode(der);
    let lines: Vec<&str> =
        text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines.join("\n"))
}

fn here() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The Python that `cargo xtask test` provides, with dkimpy.
fn python() -> PathBuf {
    let python = here().join("../../target/python/bin/python");
    let advice = "run `cargo xtask test` once, or `python3 -m venv target/python && target/python/bin/pip install -r \
                  crates/mailauth/tests/requirements.txt`";
    assert!(python.exists(), "{} is missing: {advice}", python.display());
    python
}
