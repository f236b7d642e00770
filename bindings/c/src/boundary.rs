//! What every entry from C shares: the guard against panics, and the reading of pointers.

use std::ffi::c_char;
use std::mem::{MaybeUninit, size_of};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::null_mut;

use crate::error::{Failure, clientela_error, clientela_status};

/// Runs an entry's body; turns failures and panics into a status and, where asked for, an
/// error object. Nothing unwinds into C.
pub(crate) fn guard(
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
    body: impl FnOnce() -> Result<(), Failure>,
) -> i32 {
    // The core is pure and handles are taken out before they change, so a panic leaves no
    // half-changed state behind.
    let failure = match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(())) => None,
        Ok(Err(failure)) => Some(failure),
        Err(panic) => Some(Failure::panic(panic.as_ref())),
    };
    let status = failure.as_ref().map_or(clientela_status::CLIENTELA_OK as i32, Failure::status);
    if let Some(slot) = error {
        slot.write(failure.map_or(null_mut(), |failure| Box::into_raw(Box::new(failure.into()))));
    }
    status
}

/// Runs an accessor that has no error to give; `otherwise` where there is no handle.
pub(crate) fn read<H, T>(handle: Option<&H>, otherwise: T, body: impl FnOnce(&H) -> T) -> T {
    let Some(handle) = handle else { return otherwise };
    catch_unwind(AssertUnwindSafe(|| body(handle))).unwrap_or(otherwise)
}

/// Frees a handle; C may pass NULL.
pub(crate) fn free<T>(handle: Option<Box<T>>) {
    // A destructor that panics has nobody to tell.
    let _ = catch_unwind(AssertUnwindSafe(|| drop(handle)));
}

/// A handle or an address for a value that must be there.
pub(crate) fn given<T>(pointer: Option<T>, name: &'static str) -> Result<T, Failure> {
    pointer.ok_or_else(|| Failure::null(name))
}

/// Runs an entry's body and hands the new handle over to C, which frees it with the type's
/// `_free`. Where anything fails C finds NULL.
pub(crate) fn make<T>(
    out: Option<&mut MaybeUninit<*mut T>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
    body: impl FnOnce() -> Result<T, Failure>,
) -> i32 {
    guard(error, || {
        let out = given(out, "out")?;
        out.write(null_mut());
        out.write(Box::into_raw(Box::new(body()?)));
        Ok(())
    })
}

/// The same with a second handle, which C may do without.
pub(crate) fn make_with<T, U>(
    beside: Option<&mut MaybeUninit<*mut U>>,
    out: Option<&mut MaybeUninit<*mut T>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
    body: impl FnOnce() -> Result<(T, U), Failure>,
) -> i32 {
    let beside = beside.map(|slot| slot.write(null_mut()));
    make(out, error, || {
        let (made, more) = body()?;
        if let Some(slot) = beside {
            *slot = Box::into_raw(Box::new(more));
        }
        Ok(made)
    })
}

/// `length` values at `pointer`.
///
/// # Safety
/// Where `pointer` is aligned and not NULL it points to `length` initialised values that
/// nobody changes for `'a`. Any bit pattern of `T` must be a value.
pub(crate) unsafe fn slice<'a, T>(
    pointer: *const T,
    length: usize,
    name: &'static str,
) -> Result<&'a [T], Failure> {
    if length == 0 {
        return Ok(&[]);
    }
    fits::<T>(pointer, length, name)?;
    // SAFETY: not NULL, aligned and of a possible size by `fits`; the rest is this function's
    // own contract.
    Ok(unsafe { std::slice::from_raw_parts(pointer, length) })
}

/// `length` places for values at `pointer`.
///
/// # Safety
/// Where `pointer` is aligned and not NULL it points to room for `length` values that only
/// this call touches for `'a`.
pub(crate) unsafe fn slice_out<'a, T>(
    pointer: *mut T,
    length: usize,
    name: &'static str,
) -> Result<&'a mut [MaybeUninit<T>], Failure> {
    if length == 0 {
        return Ok(&mut []);
    }
    fits::<T>(pointer, length, name)?;
    // SAFETY: not NULL, aligned and of a possible size by `fits`; the rest is this function's
    // own contract. `MaybeUninit` asks for no initialised values.
    Ok(unsafe { std::slice::from_raw_parts_mut(pointer.cast(), length) })
}

/// Whether a run of `length` values can start at `pointer`.
fn fits<T>(pointer: *const T, length: usize, name: &'static str) -> Result<(), Failure> {
    if pointer.is_null() {
        return Err(Failure::null(name));
    }
    if !pointer.is_aligned() {
        return Err(Failure::argument(name, "the address is not aligned for its type"));
    }
    if length > isize::MAX as usize / size_of::<T>().max(1) {
        return Err(Failure::argument(name, format!("{length} values do not fit into memory")));
    }
    Ok(())
}

/// UTF-8 text of `length` bytes; NULL with length 0 is the empty text.
///
/// # Safety
/// Where `data` is not NULL it points to `length` bytes that nobody changes for `'a`.
pub(crate) unsafe fn text<'a>(
    data: *const c_char,
    length: usize,
    name: &'static str,
) -> Result<&'a str, Failure> {
    // SAFETY: this function's own contract; a byte has any bit pattern and no alignment.
    let bytes = unsafe { slice(data.cast::<u8>(), length, name)? };
    std::str::from_utf8(bytes).map_err(|error| Failure::utf8(name, &error))
}

/// A struct that C may know in an older or a newer form.
///
/// # Safety
/// The type is `repr(C)`, begins with `size: usize`, has no padding, and is a value where all
/// its bytes are 0.
pub(crate) unsafe trait Versioned: Copy {
    /// The name in C.
    const NAME: &'static str;
    /// Size of the form that the first version had.
    const FIRST: usize;
}

/// Reads a struct by the size that its first member states. Members that C does not know yet
/// are 0; members that this library does not know yet must be 0.
///
/// # Safety
/// Where `pointer` is aligned and not NULL it points to a struct whose `size` bytes are
/// initialised.
pub(crate) unsafe fn sized<T: Versioned>(
    pointer: *const T,
    name: &'static str,
) -> Result<T, Failure> {
    // SAFETY: every form of the struct begins with its size.
    let stated = unsafe { slice(pointer.cast::<usize>(), 1, name)? }[0];
    if stated < T::FIRST {
        return Err(Failure::argument(
            name,
            format!("`size` is {stated}, set it to sizeof({})", T::NAME),
        ));
    }
    // SAFETY: the caller vouches for `size` bytes; a byte has any bit pattern.
    let bytes = unsafe { slice(pointer.cast::<u8>(), stated, name)? };
    let (known, newer) = bytes.split_at(stated.min(size_of::<T>()));
    if newer.iter().any(|&byte| byte != 0) {
        return Err(Failure::argument(
            name,
            format!("{} has members that this version of the library does not know", T::NAME),
        ));
    }
    let mut value = MaybeUninit::<T>::zeroed();
    // SAFETY: `known` is no longer than `T`, `value` is writable and does not overlap it, and
    // by the contract of `Versioned` all zero bytes, and so these too, are a value.
    unsafe {
        std::ptr::copy_nonoverlapping(known.as_ptr(), value.as_mut_ptr().cast(), known.len());
        Ok(value.assume_init())
    }
}

/// Writes a struct as far as C knows it, with the number of bytes written as its `size`.
///
/// # Safety
/// Where `pointer` is aligned and not NULL it points to a writable struct of as many bytes as
/// its first member, which is initialised, states.
pub(crate) unsafe fn write_sized<T: Versioned>(
    pointer: *mut T,
    name: &'static str,
    value: impl FnOnce(usize) -> T,
) -> Result<(), Failure> {
    // SAFETY: every form of the struct begins with its size.
    let stated = unsafe { slice(pointer.cast_const().cast::<usize>(), 1, name)? }[0];
    if stated < T::FIRST {
        return Err(Failure::argument(
            name,
            format!("`size` is {stated}, set it to sizeof({})", T::NAME),
        ));
    }
    let length = stated.min(size_of::<T>());
    let value = value(length);
    // SAFETY: `length` is at most the size of either struct, and the two do not overlap.
    unsafe {
        std::ptr::copy_nonoverlapping(
            std::ptr::from_ref(&value).cast::<u8>(),
            pointer.cast::<u8>(),
            length,
        );
    }
    Ok(())
}
