//! Spellings of amounts, each with what it means or what is wrong with it.

use super::*;

#[test]
fn fuel_is_counted_in_powers_of_a_thousand() {
    for (text, fuel) in [
        ("7", 7),
        ("30G", 30_000_000_000),
        (" 5 k ", 5_000),
        ("5K", 5_000),
        ("500m", 500_000_000),
        ("1e9", 1_000_000_000),
        ("1E9", 1_000_000_000),
        ("1.5e3", 1_500),
        ("2e+3", 2_000),
        ("25e-1k", 2_500),
        ("1_000_000", 1_000_000),
        ("1.5G", 1_500_000_000),
        (".5k", 500),
        ("0.0015k", 1),
        ("18446744073709551615", u64::MAX),
        ("10000000000000000000000e-10", 1_000_000_000_000),
        ("1.000000000000000000000000000000", 1),
    ] {
        assert_eq!(parse_fuel(text), Ok(fuel), "{text}");
    }
}

#[test]
fn sizes_are_binary_unless_their_unit_ends_in_b_alone() {
    for (text, size) in [
        ("100", 100),
        ("100B", 100),
        ("100 bytes", 100),
        ("64K", 64 << 10),
        ("64k", 64 << 10),
        ("64KiB", 64 << 10),
        ("64kib", 64 << 10),
        ("64KB", 64_000),
        ("64kB", 64_000),
        ("256M", 256 << 20),
        ("256MiB", 256 << 20),
        ("256MB", 256_000_000),
        ("1.5MiB", 3 << 19),
        ("1.5 GiB", 3 << 29),
        ("2GB", 2_000_000_000),
        ("1T", 1 << 40),
        ("1TiB", 1 << 40),
        ("1TB", 1_000_000_000_000),
        ("1e6", 1_000_000),
        ("1_048_576", 1 << 20),
        ("0.1KiB", 102),
        ("\t5\n", 5),
    ] {
        assert_eq!(parse_size(text), Ok(size), "{text}");
    }
}

#[test]
fn times_have_units_or_are_seconds() {
    let ms = Duration::from_millis;
    for (text, time) in [
        ("5", ms(5_000)),
        ("2.5", ms(2_500)),
        ("1e3", ms(1_000_000)),
        ("5s", ms(5_000)),
        ("5 S", ms(5_000)),
        ("2.5s", ms(2_500)),
        (".5s", ms(500)),
        ("500ms", ms(500)),
        ("500MS", ms(500)),
        ("1m30s", ms(90_000)),
        ("1m 30s", ms(90_000)),
        (" 1 min 30 sec ", ms(90_000)),
        ("1.5m", ms(90_000)),
        ("1h", ms(3_600_000)),
        ("1h30m", ms(5_400_000)),
        ("1d", ms(86_400_000)),
        ("2 days", ms(172_800_000)),
        ("1w", ms(604_800_000)),
        ("1_000ms", ms(1_000)),
        ("1e-3s", ms(1)),
        ("100us", Duration::from_micros(100)),
        ("100µs", Duration::from_micros(100)),
        ("1ns", Duration::from_nanos(1)),
    ] {
        assert_eq!(parse_time(text), Ok(time), "{text}");
    }
}

#[test]
fn what_is_no_amount_is_told_with_examples_and_never_taken_for_a_default() {
    let unit = |unit: &str| NoQuantity::UnknownUnit(unit.to_owned());
    let all: [(&str, NoQuantity, NoQuantity, NoQuantity); 22] = [
        ("", NoQuantity::NoNumber, NoQuantity::NoNumber, NoQuantity::NoNumber),
        ("   ", NoQuantity::NoNumber, NoQuantity::NoNumber, NoQuantity::NoNumber),
        ("G", NoQuantity::NoNumber, NoQuantity::NoNumber, NoQuantity::NoNumber),
        ("NaN", NoQuantity::NoNumber, NoQuantity::NoNumber, NoQuantity::NoNumber),
        ("inf", NoQuantity::NoNumber, NoQuantity::NoNumber, NoQuantity::NoNumber),
        ("+5", NoQuantity::NoNumber, NoQuantity::NoNumber, NoQuantity::NoNumber),
        ("--5", NoQuantity::NoNumber, NoQuantity::NoNumber, NoQuantity::NoNumber),
        ("..5", NoQuantity::NoNumber, NoQuantity::NoNumber, NoQuantity::NoNumber),
        ("_5", NoQuantity::NoNumber, NoQuantity::NoNumber, NoQuantity::NoNumber),
        ("-1", NoQuantity::Negative, NoQuantity::Negative, NoQuantity::Negative),
        ("-.5G", NoQuantity::Negative, NoQuantity::Negative, NoQuantity::Negative),
        ("0", NoQuantity::Zero, NoQuantity::Zero, NoQuantity::Zero),
        ("0.000e99", NoQuantity::Zero, NoQuantity::Zero, NoQuantity::Zero),
        ("1e30", NoQuantity::TooLarge, NoQuantity::TooLarge, NoQuantity::TooLarge),
        ("1e9999999999", NoQuantity::TooLarge, NoQuantity::TooLarge, NoQuantity::TooLarge),
        ("5 parsecs", unit("parsecs"), unit("parsecs"), unit("parsecs")),
        ("1,000", NoQuantity::Comma, NoQuantity::Comma, NoQuantity::Comma),
        ("5_", unit("_"), unit("_"), unit("_")),
        ("1..5", unit("..5"), unit("..5"), unit("..5")),
        ("0x10", unit("x10"), unit("x10"), unit("x")),
        ("1e", unit("e"), unit("e"), unit("e")),
        ("5!", unit("!"), unit("!"), unit("!")),
    ];
    for (text, fuel, size, time) in all {
        assert_eq!(parse_fuel(text), Err(fuel.of(QuantityKind::Fuel)), "fuel {text}");
        assert_eq!(parse_size(text), Err(size.of(QuantityKind::Size)), "size {text}");
        assert_eq!(parse_time(text), Err(time.of(QuantityKind::Time)), "time {text}");
    }
    for (text, why) in [
        ("1.5", NoQuantity::NotWhole),
        ("1e-3", NoQuantity::NotWhole),
        ("16EiB", unit("EiB")),
        ("99999999999T", NoQuantity::TooLarge),
        ("18446744073709551616", NoQuantity::TooLarge),
        ("0.0001K", NoQuantity::Zero),
        ("5 MB GB", unit("MB GB")),
    ] {
        assert_eq!(parse_size(text), Err(why.of(QuantityKind::Size)), "size {text}");
    }
    for (text, why) in [
        ("5M", NoQuantity::MinutesOrMonths),
        ("1h30", NoQuantity::NoUnit),
        ("1:30", unit(":30")),
        ("5s!", unit("!")),
        ("1h-5m", NoQuantity::Negative),
        ("0.1ns", NoQuantity::Zero),
        ("5GB", unit("GB")),
    ] {
        assert_eq!(parse_time(text), Err(why.of(QuantityKind::Time)), "time {text}");
    }
    let told = parse_size("5MX").unwrap_err().to_string();
    assert!(told.starts_with("unknown unit `MX`; write a size as `64KiB`, `1.5GiB`, `256MB`"), "{told}");
}
