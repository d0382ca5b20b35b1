//! The scripts of the world in search: however a name is written, it is found; in every database that can keep it, and
//! while a migration changes how it is kept.

use clientele::db::{self, MIGRATIONS};
use diesel::{
    PgConnection, QueryableByName, RunQueryDsl,
    connection::SimpleConnection,
    sql_query,
    sql_types::{BigInt, Text},
};
use diesel_migrations::MigrationHarness;

use crate::{
    search::{add, found},
    world::{Database, World},
};

/// Names that are written in several ways, all of which find each other.
const SPELLINGS: [&[&str]; 16] = [
    &["Γιώργος Παππάς", "ΓΙΩΡΓΟΣ ΠΑΠΠΑΣ", "γιωργοσ παππασ"],
    &["Σίσυφος", "ΣΙΣΥΦΟΣ", "σισυφοσ"],
    // Arabic: the vowels, the forms of alef, yeh, heh and kaf, the tatweel, what old programs join.
    &["\u{623}\u{62d}\u{645}\u{62f}", "\u{627}\u{62d}\u{645}\u{62f}", "\u{627}\u{62d}\u{640}\u{640}\u{645}\u{62f}"],
    &["\u{645}\u{64f}\u{62d}\u{64e}\u{645}\u{651}\u{64e}\u{62f}", "\u{645}\u{62d}\u{645}\u{62f}"],
    &[
        "\u{6a9}\u{631}\u{6cc}\u{645}\u{6cc}",
        "\u{643}\u{631}\u{64a}\u{645}\u{64a}",
        "\u{643}\u{631}\u{64a}\u{645}\u{649}",
    ],
    &[
        "\u{641}\u{627}\u{637}\u{645}\u{629}",
        "\u{641}\u{627}\u{637}\u{645}\u{647}",
        "\u{641}\u{627}\u{637}\u{645}\u{6c1}",
    ],
    &["\u{628}\u{644}\u{627}\u{644}", "\u{628}\u{fefc}\u{644}", "\u{628}\u{644}\u{622}\u{644}"],
    // Hebrew points.
    &[
        "\u{5e9}\u{5c1}\u{5b8}\u{5dc}\u{5d5}\u{5b9}\u{5dd}",
        "\u{5e9}\u{5dc}\u{5d5}\u{5dd}",
        "\u{fb2a}\u{5dc}\u{5d5}\u{5dd}",
    ],
    &["\u{5e8}\u{5b4}\u{5d1}\u{5b0}\u{5e7}\u{5b8}\u{5d4}", "\u{5e8}\u{5d1}\u{5e7}\u{5d4}"],
    // Kana of half and full width, with and without their voice mark in one character.
    &["タナカ", "\u{ff80}\u{ff85}\u{ff76}"],
    &["ガブリエル", "\u{ff76}\u{ff9e}\u{ff8c}\u{ff9e}\u{ff98}\u{ff74}\u{ff99}", "カ\u{3099}フ\u{3099}リエル"],
    &["ジョン・スミス", "ジョン スミス"],
    // The nukta of Devanagari and Bengali.
    &[
        "\u{92b}\u{93c}\u{930}\u{939}\u{93e}\u{928}",
        "\u{95e}\u{930}\u{939}\u{93e}\u{928}",
        "\u{92b}\u{930}\u{939}\u{93e}\u{928}",
    ],
    &["\u{9b0}\u{9be}\u{9df}", "\u{9b0}\u{9be}\u{9af}"],
    // What nobody sees: the joiner of Persian, the selector of a variant of an ideograph.
    &["\u{646}\u{6cc}\u{6a9}\u{200c}\u{646}\u{627}\u{645}", "\u{646}\u{6cc}\u{6a9}\u{646}\u{627}\u{645}"],
    &["\u{845b}\u{e0100}\u{57ce}", "\u{845b}\u{57ce}"],
];

#[actix_web::test]
async fn a_name_is_found_in_every_spelling_of_its_script() {
    let world = World::empty().await;
    // Half of them as people write them, the others as an old program or a hasty hand does.
    let kept = |n: usize| SPELLINGS[n][(n % 2) * (SPELLINGS[n].len() - 1)];
    for n in 0..SPELLINGS.len() {
        add(&world, kept(n), "");
    }
    let viewer = world.viewer();
    for (n, spellings) in SPELLINGS.iter().enumerate() {
        for typed in *spellings {
            let found = found(&viewer, typed).await;
            assert_eq!(found.len(), 1, "{typed} ({}): {found:?}, not {}", typed.escape_unicode(), kept(n));
        }
    }
}

#[actix_web::test]
async fn scripts_with_case_are_found_in_small_and_capital_letters() {
    let world = World::empty().await;
    let names = ["Éloïse Ångström", "Иван Ёлкин", "Պետրոսյան", "O´Neil", "Łukasz Żak", "Straße"];
    for name in names {
        add(&world, name, "");
    }
    let viewer = world.viewer();
    let typed = ["ELOISE angstrom", "ИВАН ЕЛКИН", "ՊԵՏՐՈՍՅԱՆ", "o'neil", "LUKASZ zak", "STRASSE"];
    for (typed, name) in typed.into_iter().zip(names) {
        assert_eq!(found(&viewer, typed).await, [name], "{typed}");
    }
}

#[actix_web::test]
async fn two_characters_inside_a_name_without_spaces_are_found() {
    let world = World::empty().await;
    for name in ["山田太郎", "佐々木花子", "김민준", "司马相如", "やまだ花子", "陳美玲 (Mei Ling)", "남궁민수"]
    {
        add(&world, name, "");
    }
    let viewer = world.viewer();
    for (typed, expected) in [
        ("太郎", &["山田太郎"][..]),
        ("田太", &["山田太郎"]),
        ("郎", &["山田太郎"]),
        ("花子", &["やまだ花子", "佐々木花子"]),
        ("々木", &["佐々木花子"]),
        ("민준", &["김민준"]),
        ("민", &["김민준", "남궁민수"]),
        ("相如", &["司马相如"]),
        ("马相如", &["司马相如"]),
        ("美玲", &["陳美玲 (Mei Ling)"]),
        ("山田太郎", &["山田太郎"]),
        ("郎太", &[]),
        ("山太", &[]),
        ("\"太郎\"", &["山田太郎"]),
        ("name:太郎", &["山田太郎"]),
        ("-太郎 山田", &[]),
    ] {
        assert_eq!(found(&viewer, typed).await, expected, "{typed}");
    }
}

#[actix_web::test]
async fn two_letters_of_other_scripts_are_the_start_of_a_word() {
    let world = World::empty().await;
    for name in ["Γιώργος", "Иван", "أحمد", "שלום", "タナカ"] {
        add(&world, name, "");
    }
    let viewer = world.viewer();
    for (start, inside) in [("γι", "ωρ"), ("ив", "ва"), ("اح", "حم"), ("של", "לו"), ("タナ", "ナカ")]
    {
        assert_eq!(found(&viewer, start).await.len(), 1, "{start}");
        assert_eq!(found(&viewer, inside).await.len(), 0, "{inside}");
    }
}

#[actix_web::test]
async fn a_reference_is_found_as_it_stands_and_behind_its_key() {
    let world = World::empty().await;
    add(&world, "Amina", "&reference=ORD-1042");
    add(&world, "Brian", "&reference=Acme+Store+7");
    add(&world, "Chloé", "&reference=20417733");
    add(&world, "Dede ORD-1042", "");
    add(&world, "Ezra", "&reference=Größe%2F12%3A3");
    let viewer = world.viewer();
    for (typed, expected) in [
        ("ORD-1042", &["Amina", "Dede ORD-1042"][..]),
        ("ord-1042", &["Amina", "Dede ORD-1042"]),
        ("reference:ORD-1042", &["Amina"]),
        ("acme store 7", &["Brian"]),
        ("\"Acme Store 7\"", &["Brian"]),
        ("reference:\"acme store 7\"", &["Brian"]),
        ("20417733", &["Chloé"]),
        ("reference:20417733,ord-1042", &["Amina", "Chloé"]),
        ("\"größe/12:3\"", &["Ezra"]),
        ("reference:\"gro\u{308}ße/12:3\"", &["Ezra"]),
        ("ORD-104", &["Dede ORD-1042"]),
        ("reference:ORD-104", &[]),
        ("ORD-1042 -dede", &["Amina"]),
        ("ORD-1042 country:KE", &[]),
        ("20417733 OR ord-1042", &["Amina", "Chloé", "Dede ORD-1042"]),
        ("-ORD-1042 dede", &[]),
        ("-reference:ORD-1042", &["Brian", "Chloé", "Dede ORD-1042", "Ezra"]),
    ] {
        assert_eq!(found(&viewer, typed).await, expected, "{typed}");
    }
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

fn number(conn: &mut PgConnection, sql: &str) -> i64 {
    sql_query(format!("SELECT {sql} AS n")).get_result::<Number>(conn).unwrap().n
}

#[test]
fn a_database_that_does_not_know_all_letters_is_refused_with_what_helps() {
    for (encoding, why) in [("UTF8", "LC_CTYPE"), ("LATIN1", "LATIN1"), ("SQL_ASCII", "SQL_ASCII")] {
        let database = Database::blank_with(&format!("ENCODING '{encoding}' LC_COLLATE 'C' LC_CTYPE 'C'"));
        let refused = db::migrate(&mut database.connect()).unwrap_err().to_string();
        assert!(refused.contains(why), "{refused}");
        assert!(refused.contains("CREATE DATABASE clientele_test"), "{refused}");
        let tables = "(SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace)";
        assert_eq!(number(&mut database.connect(), tables), 0, "nothing is done");
    }
}

/// Runs the migrations up to this one.
fn migrate_to(conn: &mut PgConnection, last: &str) {
    while conn.run_next_migration(MIGRATIONS).unwrap().to_string() != last {}
}

/// A database as it was before a migration, with an account.
fn database_before(first: &str) -> Database {
    let database = Database::blank();
    let mut conn = database.connect();
    migrate_to(&mut conn, first);
    conn.batch_execute(
        "INSERT INTO merchants VALUES (gen_random_uuid(), 'Duka', 'UTC', 'KE', 'KES', '{}', now(), 4);
         INSERT INTO accounts SELECT gen_random_uuid(), id, 'live' FROM merchants",
    )
    .unwrap();
    database
}

/// Adds customers and their words, as every version of the program does.
fn insert(conn: &mut PgConnection, names: &[&str]) {
    sql_query(
        "INSERT INTO customers (account_id, id, version, kind, name, metadata, created_at, updated_at)
         SELECT id, gen_random_uuid(), 1, 'person', name, '{}', now(), now() FROM accounts, unnest($1) AS name",
    )
    .bind::<diesel::sql_types::Array<Text>, _>(names)
    .execute(conn)
    .unwrap();
    conn.batch_execute(
        "INSERT INTO words (account_id, word) SELECT DISTINCT account_id, word FROM customers,
         unnest(search_words(search)) AS word ORDER BY word ON CONFLICT DO NOTHING",
    )
    .unwrap();
}

/// Asserts that everybody is found by their own name, by reading and by the index of words.
fn everybody_is_found(conn: &mut PgConnection, when: &str) {
    let lost = "(SELECT count(*) FROM customers WHERE NOT search LIKE word_pattern(name))";
    assert_eq!(number(conn, lost), 0, "{when}, by reading");
    let lost = "(SELECT count(*) FROM customers c, unnest(search_words(search_text(name))) AS word WHERE
        NOT search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata)
            @> ARRAY[search_key(account_id, 0, word)]
        OR NOT EXISTS (SELECT FROM words w WHERE w.account_id = c.account_id AND w.word = word))";
    assert_eq!(number(conn, lost), 0, "{when}, by words");
}

#[test]
fn everybody_is_found_at_every_step_of_the_change_of_scripts() {
    let database = database_before("20261129000001");
    let mut conn = database.connect();
    // More than one batch of those that differ, and of those that do not.
    let many: Vec<String> = (0..620).map(|n| format!("{}{n}", ["Jane ", "山田太郎"][n % 2])).collect();
    insert(&mut conn, &many.iter().map(String::as_str).collect::<Vec<_>>());
    let names: Vec<&str> = SPELLINGS.concat().into_iter().chain(["山田太郎", "김민준", "Jane O'Neil"]).collect();
    let steps = ["20261129000002", "20261129000003", "20261129000004", "20261129000005"];
    for step in steps {
        // Programs of the version before go on writing.
        insert(&mut conn, &names);
        everybody_is_found(&mut conn, &format!("before {step}"));
        migrate_to(&mut conn, step);
        everybody_is_found(&mut conn, &format!("after {step}"));
    }
    let old = "(SELECT count(*) FROM customers WHERE search <> search_text(name || '  ')
        OR name_key <> fold(coalesce(name, email, phone, '')))";
    assert_eq!(number(&mut conn, old), 0, "nothing of the old form is left");
    let found = "(SELECT count(*) FROM customers WHERE search LIKE word_pattern('太郎'))";
    assert_eq!(number(&mut conn, found), 310 + 4);
}

#[test]
fn a_customer_being_written_while_the_form_changes_is_found_afterwards() {
    let database = database_before("20261129000003");
    let (mut conn, mut writer) = (database.connect(), database.connect());
    writer.batch_execute("BEGIN").unwrap();
    insert(&mut writer, &["山田太郎"]);
    std::thread::scope(|scope| {
        let change = scope.spawn(|| db::migrate(&mut conn).unwrap());
        let waiting = "(SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
            WHERE NOT granted AND d.datname = current_database())";
        while number(&mut writer, waiting) == 0 {
            std::thread::yield_now();
        }
        writer.batch_execute("COMMIT").unwrap();
        change.join().unwrap();
    });
    everybody_is_found(&mut writer, "afterwards");
    assert_eq!(number(&mut writer, "(SELECT count(*) FROM customers WHERE search = '|山|田|太|郎  ')"), 1);
}

#[test]
fn an_interrupted_migration_is_run_again() {
    let database = database_before("20261129000005");
    let mut conn = database.connect();
    let built = [("customers_by_reference", "20261129000006"), ("customers_by_deletion", "20261129000020")];
    for (index, _) in built {
        // What is left of an index whose building was ended.
        conn.batch_execute(&format!(
            "CREATE INDEX {index} ON customers (account_id);
             UPDATE pg_index SET indisvalid = false WHERE indexrelid = '{index}'::regclass"
        ))
        .unwrap();
    }
    let ran = db::migrate(&mut conn).unwrap();
    for (index, migration) in built {
        assert!(ran.contains(&migration.to_owned()), "{migration}");
        let valid = format!("(SELECT count(*) FROM pg_index WHERE indexrelid = '{index}'::regclass AND indisvalid)");
        assert_eq!(number(&mut conn, &valid), 1, "{index}");
    }
}

#[test]
fn two_who_migrate_at_once_wait_for_each_other() {
    let database = database_before("20261129000001");
    let ran = std::thread::scope(|scope| {
        let each = [(); 2].map(|()| scope.spawn(|| db::migrate(&mut database.connect()).unwrap().len()));
        each.map(|done| done.join().unwrap())
    });
    assert!(ran.contains(&0), "one of them found nothing to do: {ran:?}");
}
