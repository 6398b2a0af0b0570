//! In which form does a client want its answer?
//!
//! Invariant: the form that `Accept` values most (RFC 9110, section 12.5.1), the first offered when it values several
//! alike, and none when it allows none.

/// The offered media type that an `Accept` header values most, with what it stands for; an empty header takes anything.
pub fn best<T: Copy>(accept: &str, offered: &[(&'static str, T)]) -> Option<T> {
    let ranges: Vec<(&str, u16)> = accept.split(',').filter_map(range).collect();
    let quality = |media: &str| {
        if accept.trim().is_empty() {
            return 1;
        }
        let fitting = ranges.iter().filter_map(|(range, quality)| Some((fits(range, media)?, *quality)));
        fitting.max_by_key(|(exactness, _)| *exactness).map_or(0, |(_, quality)| quality)
    };
    let valued = offered.iter().rev().map(|(media, form)| (quality(media), *form));
    valued.filter(|(quality, _)| *quality > 0).max_by_key(|(quality, _)| *quality).map(|(_, form)| form)
}

/// A media range with its quality in thousandths; `None` when it is neither.
fn range(text: &str) -> Option<(&str, u16)> {
    let mut parts = text.split(';').map(str::trim);
    let range = parts.next().filter(|range| range.contains('/'))?;
    let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
    let quality = weight.map_or(Some(1.0), |weight| weight.parse::<f32>().ok())?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it lies between 0 and 1000")]
    let thousandths = (quality.clamp(0.0, 1.0) * 1_000.0).round() as u16;
    Some((range, thousandths))
}

/// How exactly a range names a media type, when it does at all.
fn fits(range: &str, media: &str) -> Option<u8> {
    let kind = |text: &str| text.split('/').next().map(str::to_ascii_lowercase);
    match range {
        _ if range.eq_ignore_ascii_case(media) => Some(2),
        _ if range.ends_with("/*") && kind(range) == kind(media) => Some(1),
        "*/*" => Some(0),
        _ => None,
    }
}
