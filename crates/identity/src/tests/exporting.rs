//! What an account holds, taken along.

use serde_json::Value;
use store::{StoreError, Tx};

use super::world::{ANNA, each_database};

/// Tables that know users, and what of each is in the export, or why nothing is.
const TABLES: [(&str, &str); 20] = [
    ("users", "account"),
    ("login_identifiers", "sign_in_addresses"),
    ("released_identifiers", "released_address"),
    ("address_proofs", "addresses_to_confirm"),
    ("recovery_codes", "account"),
    ("passkeys", "passkeys"),
    ("sessions", "sessions"),
    ("known_browsers", "known_browsers"),
    ("memberships", "member_of"),
    ("service_rights", "member_of"),
    ("team_members", "teams"),
    ("grants", "accesses"),
    ("detached_addresses", "accesses"),
    ("devices", "device_passwords"),
    ("account_devices", "device_passwords_for_all"),
    ("annotations", "private_notes"),
    ("phones", "phones"),
    ("pictures", "picture"),
    ("account_entries", "activity"),
    // A link that was mailed: the activity tells of it.
    ("password_resets", "activity"),
];

/// Tables that know users as part of an address and its mail, which is exported from there.
const OF_ADDRESSES: &[&str] = &["submissions"];

#[test]
fn every_table_that_knows_users_is_in_the_export_of_an_account() {
    each_database(|world| async move {
        world.add_user(ANNA).await;
        let (anna, _) = world.sign_in(ANNA).await;
        let json: Value =
            serde_json::from_str(&world.identity.export_account(&anna.actor, &anna.proof).await.unwrap())
                .unwrap();
        let known = world.store.read(tables_with_users).await;
        for table in known.map_err(|error: StoreError| error).unwrap() {
            let found = TABLES.iter().find(|(name, _)| *name == table);
            match found {
                Some((_, key)) => assert!(json.get(key).is_some(), "{key} is not in {json}"),
                None => assert!(OF_ADDRESSES.contains(&table.as_str()), "{table} is not exported"),
            }
        }
        for (table, key) in TABLES {
            assert!(json.get(key).is_some(), "{table}: {key} is not in {json}");
        }
        assert_eq!(json["sessions"].as_array().unwrap().len(), 1, "{json}");
    });
}

fn tables_with_users(tx: &mut Tx<'_>) -> Result<Vec<String>, StoreError> {
    let sql = match tx.dialect() {
        store::Dialect::Sqlite => {
            "SELECT t.name FROM sqlite_master t JOIN pragma_table_info(t.name) c ON c.name = 'user_id' \
             WHERE t.type = 'table' ORDER BY t.name"
        }
        store::Dialect::Postgres => {
            "SELECT CAST(table_name AS TEXT) FROM information_schema.columns WHERE column_name = 'user_id' \
             AND table_schema = current_schema() ORDER BY table_name"
        }
    };
    tx.query(sql, &[], |row| row.get(0))
}
