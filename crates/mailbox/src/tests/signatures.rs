//! What stands below mail (S12).

use domain::{Permission, Permissions, Role};

use super::on_both;
use super::setting_acts::{new_signature, signature};
use super::world::email;
use crate::desk::DeskError;
use crate::{
    ChosenSignature, MailError, NewSignature, SavedSignature, SettingsError, SignatureError, SignatureOf,
    Writing,
};

const PIXEL: &[u8] = b"\x89PNG\r\n\x1a\n0000";

#[test]
fn a_signature_is_filled_in_for_whoever_writes() {
    on_both(|world| async move {
        world.desk(world.info).await.set_display_name("Acme Info").await.unwrap();
        let settings = world.annas().await.address_settings();
        let new = NewSignature {
            sender_name: "{first_name} of {organization}",
            reply_to: "office@acme.test",
            html: "<p>{first_name} {last_name}<br>{display_name}, {address}</p>",
            picture: message::signature_picture(PIXEL),
            is_for_new: true,
            ..new_signature("Office", "")
        };
        let id = settings.add_signature(&SavedSignature::new(&new).unwrap()).await.unwrap();
        let usual = settings.filled_signature(ChosenSignature::Usual, Writing::New).await.unwrap().unwrap();
        assert_eq!(usual.sender_name, "anna of Acme");
        assert_eq!(usual.reply_to, Some(email("office@acme.test")));
        assert_eq!(usual.body.text, "anna Tester\nAcme Info, info@acme.test");
        assert!(usual.body.html.contains("anna Tester<br>Acme Info, info@acme.test"), "{}", usual.body.html);
        assert_eq!(usual.body.picture.as_ref().unwrap().content, PIXEL);
        assert_eq!(settings.filled_signature(ChosenSignature::Usual, Writing::Reply).await.unwrap(), None);
        assert_eq!(settings.filled_signature(ChosenSignature::Nothing, Writing::New).await.unwrap(), None);
        let chosen = settings.filled_signature(ChosenSignature::One(id), Writing::Reply).await.unwrap();
        assert_eq!(chosen, Some(usual));
        assert!(settings.signatures().await.unwrap()[0].has_picture);
        assert_eq!(
            settings.signature(id).await.unwrap().signature.body().picture.as_ref().unwrap().content,
            PIXEL
        );
    });
}

#[test]
fn one_signature_at_most_is_for_new_mail_and_one_for_answers() {
    on_both(|world| async move {
        let settings = world.annas().await.address_settings();
        let both = |name| NewSignature { is_for_new: true, is_for_replies: true, ..new_signature(name, "x") };
        let first = settings.add_signature(&SavedSignature::new(&both("a")).unwrap()).await.unwrap();
        let second = NewSignature { is_for_replies: false, ..both("b") };
        let second = settings.add_signature(&SavedSignature::new(&second).unwrap()).await.unwrap();
        let uses = async || -> Vec<(domain::SignatureId, bool, bool)> {
            let all = settings.signatures().await.unwrap().into_iter();
            all.map(|view| {
                (view.id, view.signature.is_for(Writing::New), view.signature.is_for(Writing::Reply))
            })
            .collect()
        };
        assert_eq!(uses().await, [(first, false, true), (second, true, false)]);
        settings.change_signature(first, &SavedSignature::new(&both("c")).unwrap()).await.unwrap();
        assert_eq!(uses().await, [(second, false, false), (first, true, true)]);
        settings.delete_signature(first).await.unwrap();
        assert_eq!(uses().await, [(second, false, false)]);
    });
}

#[test]
fn a_model_of_the_mail_service_stands_below_mail_of_every_address_until_the_address_has_its_own() {
    on_both(|world| async move {
        let boss = world.member("boss", Role::Administrator).await;
        let service = world.access.service_desk(&boss.actor, world.service).await.unwrap();
        let new =
            NewSignature { is_for_new: true, ..new_signature("House", "{first_name} · {organization}") };
        let model = service.add_signature_model(&SavedSignature::new(&new).unwrap()).await.unwrap();
        let settings = world.annas().await.address_settings();
        let usual = async || {
            let found = settings.filled_signature(ChosenSignature::Usual, Writing::New).await.unwrap();
            found.unwrap().body.text
        };
        assert_eq!(usual().await, "anna · Acme");
        assert_eq!(settings.signatures().await.unwrap()[0].of, SignatureOf::Service);
        let gone = settings.change_signature(model, &signature("mine", "now")).await;
        assert!(matches!(gone, Err(SettingsError::Desk(DeskError::NotFound))), "a model is not an address's");
        assert!(settings.delete_signature(model).await.is_err() && settings.signature(model).await.is_err());
        let own = NewSignature { is_for_new: true, ..new_signature("Own", "Anna") };
        settings.add_signature(&SavedSignature::new(&own).unwrap()).await.unwrap();
        assert_eq!(usual().await, "Anna");
        let elsewhere = world.elsewhere("other", "otto").await;
        let foreign = world.access.address_desk(&world.operator, elsewhere.2).await.unwrap().settings();
        let foreign = foreign.filled_signature(ChosenSignature::One(model), Writing::New).await;
        assert!(matches!(foreign, Err(SettingsError::Desk(DeskError::NotFound))), "{foreign:?}");
        service.change_signature_model(model, &signature("House", "new")).await.unwrap();
        service.delete_signature_model(model).await.unwrap();
        let again = service.delete_signature_model(model).await;
        assert!(matches!(again, Err(DeskError::NotFound)));
        let verbs = "SELECT count(*) FROM audit_entries WHERE verb LIKE 'signature%'";
        assert_eq!(world.count(verbs).await, 4);
    });
}

#[test]
fn signatures_are_changed_with_the_permission_and_used_without() {
    on_both(|world| async move {
        let settings = world.annas().await.address_settings();
        let id = settings.add_signature(&signature("Office", "Anna")).await.unwrap();
        world.allow(world.info, &world.anna, Permissions::ALL.without(Permission::Signatures)).await;
        let refused = settings.change_signature(id, &signature("Office", "Eve")).await;
        assert!(matches!(refused, Err(SettingsError::Mail(MailError::MayNot(Permission::Signatures)))));
        let chosen = settings.filled_signature(ChosenSignature::One(id), Writing::New).await.unwrap();
        assert_eq!(chosen.unwrap().body.text, "Anna");
        let member = world.member("carl", Role::Collaborator).await;
        assert!(world.access.service_desk(&member.actor, world.service).await.is_err());
        world.allow(world.info, &world.anna, Permissions::ALL).await;
        for _ in 1..50 {
            settings.add_signature(&signature("More", "x")).await.unwrap();
        }
        let more = settings.add_signature(&signature("More", "x")).await;
        assert!(matches!(more, Err(SignatureError::TooMany)), "{more:?}");
    });
}
