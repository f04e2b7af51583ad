//! Values between our kinds and the server's types, in its binary format.

use std::error::Error;

use ::postgres::types::{FromSql, IsNull, ToSql, Type};
use bytes::{BufMut, BytesMut};

use crate::StoreError;
use crate::tx::Columns;
use crate::value::ValueRef;

/// The kind of a parameter, which a statement is prepared for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nothing was given: the server says what type it wants.
    Unknown,
    Int,
    Real,
    Text,
    Bytes,
}

impl Kind {
    pub(super) fn sql_type(self) -> Type {
        match self {
            Self::Unknown => Type::UNKNOWN,
            Self::Int => Type::INT8,
            Self::Real => Type::FLOAT8,
            Self::Text => Type::TEXT,
            Self::Bytes => Type::BYTEA,
        }
    }
}

/// A parameter.
#[derive(Debug)]
pub(super) struct Bound<'a>(pub(super) ValueRef<'a>);

impl Bound<'_> {
    pub(super) fn kind(&self) -> Kind {
        match self.0 {
            ValueRef::Null => Kind::Unknown,
            ValueRef::Int(_) => Kind::Int,
            ValueRef::Real(_) => Kind::Real,
            ValueRef::Text(_) => Kind::Text,
            ValueRef::Bytes(_) => Kind::Bytes,
        }
    }
}

impl ToSql for Bound<'_> {
    fn to_sql(&self, _wanted: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        // The statement was prepared for the type of this very kind.
        match self.0 {
            ValueRef::Null => return Ok(IsNull::Yes),
            ValueRef::Int(number) => out.put_i64(number),
            ValueRef::Real(number) => out.put_f64(number),
            // PostgreSQL has no text with a NUL in it; SQLite has. It is left out, as mail never means one.
            ValueRef::Text(text) if text.contains('\0') => out.put_slice(text.replace('\0', "").as_bytes()),
            ValueRef::Text(text) => out.put_slice(text.as_bytes()),
            ValueRef::Bytes(bytes) => out.put_slice(bytes),
        }
        Ok(IsNull::No)
    }

    fn accepts(_wanted: &Type) -> bool {
        true
    }

    fn to_sql_checked(
        &self,
        wanted: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        self.to_sql(wanted, out)
    }
}

/// The row that an answer stands on.
pub(super) struct PostgresRow(pub(super) ::postgres::Row);

impl Columns for PostgresRow {
    fn value(&self, column: usize) -> Result<ValueRef<'_>, StoreError> {
        let raw: Raw<'_> = self.0.try_get(column).map_err(|fault| StoreError::Internal(Box::new(fault)))?;
        Ok(raw.0)
    }
}

struct Raw<'a>(ValueRef<'a>);

impl<'a> FromSql<'a> for Raw<'a> {
    fn from_sql(found: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        let value = match *found {
            Type::INT8 => ValueRef::Int(i64::from_be_bytes(raw.try_into()?)),
            Type::INT4 => ValueRef::Int(i64::from(i32::from_be_bytes(raw.try_into()?))),
            Type::INT2 => ValueRef::Int(i64::from(i16::from_be_bytes(raw.try_into()?))),
            Type::BOOL => ValueRef::Int(i64::from(raw.first().is_some_and(|byte| *byte != 0))),
            Type::FLOAT8 => ValueRef::Real(f64::from_be_bytes(raw.try_into()?)),
            Type::FLOAT4 => ValueRef::Real(f64::from(f32::from_be_bytes(raw.try_into()?))),
            // The sum of whole numbers is a NUMERIC.
            Type::NUMERIC => ValueRef::Int(whole(raw).ok_or("a NUMERIC that is no whole number of 64 bits")?),
            Type::BYTEA => ValueRef::Bytes(raw),
            Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN => {
                ValueRef::Text(std::str::from_utf8(raw)?)
            }
            _ => return Err(format!("a column of type {found}, which is not in use here").into()),
        };
        Ok(Self(value))
    }

    fn from_sql_null(_found: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(ValueRef::Null))
    }

    fn accepts(_found: &Type) -> bool {
        true
    }
}

/// A NUMERIC without fraction: count of digits, weight of the first, sign, scale, then digits to the base of 10,000.
fn whole(raw: &[u8]) -> Option<i64> {
    /// The sign of numbers below zero.
    const NEGATIVE: i64 = 0x4000;
    let mut words = raw.chunks_exact(2).map(|pair| i64::from(u16::from_be_bytes([pair[0], pair[1]])));
    let (count, weight, sign) = (words.next()?, words.next()?, words.next()?);
    words.next()?;
    // The weight is signed: below zero means a fraction, unless there is no digit at all.
    if count == 0 {
        return Some(0);
    }
    if weight > i64::from(i16::MAX) || count > weight + 1 || (sign != 0 && sign != NEGATIVE) {
        return None;
    }
    let mut number = 0_i64;
    for place in 0..=weight {
        let digit = if place < count { words.next()? } else { 0 };
        number = number.checked_mul(10_000)?.checked_sub(digit)?;
    }
    if sign == NEGATIVE { Some(number) } else { number.checked_neg() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numeric(words: &[u16]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_be_bytes()).collect()
    }

    #[test]
    fn whole_numerics_are_read() {
        assert_eq!(whole(&numeric(&[0, 0, 0, 0])), Some(0));
        assert_eq!(whole(&numeric(&[1, 0, 0, 0, 42])), Some(42));
        assert_eq!(whole(&numeric(&[1, 1, 0x4000, 0, 3])), Some(-30_000));
        assert_eq!(whole(&numeric(&[2, 1, 0, 0, 1, 2345])), Some(12_345));
    }

    #[test]
    fn fractions_and_numbers_too_large_are_refused() {
        assert_eq!(whole(&numeric(&[1, 0xffff, 0, 1, 5000])), None);
        assert_eq!(whole(&numeric(&[1, 10, 0, 0, 9999])), None);
        assert_eq!(whole(&numeric(&[0, 0, 0xc000, 0])), Some(0));
    }
}
