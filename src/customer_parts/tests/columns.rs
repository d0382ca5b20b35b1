//! Tests the columns and orders of a list: their names in addresses and stored views, and the order in which they are
//! offered.

use std::collections::HashSet;

use super::{super::COLUMNS, home};
use crate::{
    paging::SortTag,
    search::{Order, listing::Sort},
    values::field::Fields,
};

fn every_order() -> Vec<&'static Order> {
    COLUMNS.orders().collect()
}

#[test]
fn columns_are_read_as_they_are_written() {
    for text in [
        "email,phone,created",
        "metadata.tier",
        "company,metadata.A.b-c,updated,kind",
        "field.vat,metadata.vat",
        "last_payment,volume",
    ] {
        assert_eq!(COLUMNS.parse(text).map(|columns| columns.to_string()), Ok(text.to_owned()));
    }
    assert_eq!(COLUMNS.usual().to_string(), "email,phone,created,volume,last_payment");
}

#[test]
fn what_is_no_column_is_said() {
    for text in [
        "",
        "shoe size",
        "name",
        "email,email",
        "metadata",
        "metadata.",
        "metadata.a b",
        "email.tier",
        "field",
        "field.VAT",
        "field.a-b",
        "EMAIL",
        "email,,phone",
        "last payment",
    ] {
        assert!(COLUMNS.parse(text).is_err(), "{text}");
    }
    let names: Vec<&str> = COLUMNS.columns.iter().copied().flatten().map(|column| column.name).collect();
    let known =
        names.iter().filter(|name| !matches!(**name, "name" | "metadata" | "field")).copied().collect::<Vec<_>>();
    assert_eq!(
        COLUMNS.parse("hat").unwrap_err().to_string(),
        format!("A list has no column “hat”, but {}, and metadata.KEY for a key of yours.", known.join(", "))
    );
    let many = (0..11).map(|n| format!("metadata.k{n}")).collect::<Vec<_>>().join(",");
    assert_eq!(COLUMNS.parse(&many).unwrap_err().to_string(), "Choose at most 10 columns.");
}

#[test]
fn those_shown_are_offered_first_and_a_time_at_the_end_stays_there() {
    let shown = COLUMNS.parse("phone,created").unwrap();
    let choices = COLUMNS.choices(&shown, &Fields::default(), ["tier".to_owned()].into_iter());
    let at = |n: usize| (choices[n].0.to_string(), choices[n].1);
    assert_eq!([at(0), at(1)], [("phone".to_owned(), true), ("created".to_owned(), true)]);
    assert_eq!(at(choices.len() - 1), ("metadata.tier".to_owned(), false));
    let arranged = |names: &[&str]| COLUMNS.arranged(names.iter().copied(), &shown).unwrap().to_string();
    assert_eq!(arranged(&["phone", "created", "email"]), "phone,email,created");
    assert_eq!(arranged(&["created", "phone", "email"]), "created,phone,email", "no time is at the end");
    assert_eq!(arranged(&["email"]), "email");
}

#[test]
fn a_column_moves_by_one_place_and_not_beyond_the_ends() {
    let columns = COLUMNS.parse("email,phone,created").unwrap();
    for (name, down, moved) in [
        ("phone", false, "phone,email,created"),
        ("phone", true, "email,created,phone"),
        ("email", false, "email,phone,created"),
        ("created", true, "email,phone,created"),
        ("company", true, "email,phone,created"),
    ] {
        assert_eq!(columns.moved(name, down).to_string(), moved, "{name} {down}");
    }
}

#[test]
fn no_two_columns_or_orders_have_the_same_name_or_tag() {
    let names: Vec<&str> = COLUMNS.columns.iter().copied().flatten().map(|column| column.name).collect();
    assert_eq!(names.iter().collect::<HashSet<_>>().len(), names.len());
    assert!(names.iter().all(|name| !name.contains(['.', ','])), "these signs part names");
    let names: HashSet<&str> = every_order().into_iter().map(|order| order.name).collect();
    assert_eq!(names.len(), every_order().len());
    let tags: Vec<SortTag> = COLUMNS.sorts().into_iter().map(Sort::tag).collect();
    for (n, tag) in tags.iter().enumerate() {
        assert!(!tags[..n].contains(tag), "{} has a tag of another order", COLUMNS.sorts()[n]);
    }
}

#[test]
fn what_stands_above_a_column_is_a_column() {
    let mut all = COLUMNS.columns.iter().copied().flatten();
    assert!(all.all(|column| column.above.is_none_or(|above| COLUMNS.parse(above).is_ok())));
}

#[test]
fn orders_are_read_as_they_were_kept_in_addresses_views_and_cursors() {
    let kept = [
        ("-created", b'c', "newest first"),
        ("created", b'o', "oldest first"),
        ("name", b'n', "by name"),
        ("-name", b'm', "by name, reversed"),
        ("email", b'e', "by email"),
        ("-email", b'f', "by email, reversed"),
        ("-volume", b'v', "largest volume first"),
        ("volume", b'w', "smallest volume first"),
        ("-last_payment", b'p', "latest payment first"),
        ("last_payment", b'q', "longest without a payment first"),
        ("-deleted", b'd', "latest deletion first"),
        ("deleted", b'r', "earliest deletion first"),
    ];
    let offered = COLUMNS.sorts();
    assert_eq!(offered.len(), kept.len());
    for (sort, (text, tag, words)) in offered.into_iter().zip(kept) {
        assert_eq!((sort.to_string().as_str(), sort.tag(), sort.words()), (text, SortTag::new(tag), words));
        assert_eq!(COLUMNS.sort(text), Some(sort));
    }
    for text in ["field.vat", "-field.vat"] {
        let sort = COLUMNS.sort(text).unwrap();
        assert_eq!((sort.to_string().as_str(), sort.is_among(&home())), (text, false));
    }
    for text in ["", "-", "--name", "NAME", "phone", "shoe", "field", "field.", "field.A"] {
        assert_eq!(COLUMNS.sort(text), None, "{text}");
    }
    assert_eq!(COLUMNS.names_of_orders(), "name, email, created, volume, last_payment and deleted");
}
