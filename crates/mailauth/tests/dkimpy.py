"""Signs and checks mail with dkimpy, for a comparison with ours.

In the folder that is given, `records` has a line `name text` for each key. Each message in `ours` must hold, with all of
its signatures. Each in `plain` is signed into `theirs`, with both keys and in each pair of forms.
"""

import pathlib
import sys

import dkim

DOMAIN = b"far.example"
FORMS = [(header, body) for header in (b"simple", b"relaxed") for body in (b"simple", b"relaxed")]

folder = pathlib.Path(sys.argv[1])
records = dict(line.split(" ", 1) for line in (folder / "records").read_text().splitlines())


def ask(name, timeout=5):
    return records.get(name.decode().rstrip("."), "").encode() or None


def check(path):
    message = path.read_bytes()
    found = dkim.DKIM(message)
    count = sum(name.lower() == b"dkim-signature" for name, _ in found.headers)
    assert count > 0, f"{path.name}: no signature"
    for number in range(count):
        try:
            held = dkim.DKIM(message, minkey=1024).verify(number, dnsfunc=ask)
        except dkim.DKIMException as fault:
            held, count = False, f"{count}: {fault}"
        if not held:
            return f"{path.name}: signature {number} of {count} does not hold"
    return None


def sign(path):
    message = path.read_bytes()
    for key, selector, algorithm in (("rsa.pem", b"s1", b"rsa-sha256"), ("ed25519", b"s2", b"ed25519-sha256")):
        secret = (folder / key).read_bytes()
        for forms in FORMS:
            field = dkim.sign(message, selector, DOMAIN, secret, canonicalize=forms, signature_algorithm=algorithm)
            name = f"{path.name}.{selector.decode()}.{b'-'.join(forms).decode()}"
            (folder / "theirs" / name).write_bytes(field + message)


faults = [fault for fault in map(check, sorted((folder / "ours").iterdir())) if fault]
for path in sorted((folder / "plain").iterdir()):
    sign(path)
print("\n".join(faults))
sys.exit(1 if faults else 0)
