//! Text of a rule, which stands there as it reads.

/// Refuses what is written otherwise in a rule than it reads.
pub(super) fn as_it_reads(text: &str) -> Result<(), String> {
    let is_escape = |window: &&[u8]| matches!(window, [b'%', high, low] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit());
    if let Some(escape) = text.as_bytes().windows(3).find(is_escape) {
        let escape = String::from_utf8_lossy(escape);
        return Err(format!(
            "`{escape}` is percent-encoded; a rule is written as it reads"
        ));
    }
    Ok(())
}
