//! Sales as plain arrays.

use std::borrow::Cow;
use std::ffi::c_char;
use std::mem::size_of;
use std::ptr::null;

use clientela::{ClientColumn, Error, OrderColumn, Sales, TextColumn};

use crate::boundary::{Versioned, slice};
use crate::error::Failure;

/// What a line is, for the member `kind` of clientela_sales.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(C)]
pub enum clientela_sale_kind {
    /// Revenue.
    CLIENTELA_SALE = 0,
    /// Goods taken back or money given back: reduces amounts, is never a purchase.
    CLIENTELA_RETURN = 1,
    /// An order called off: removes the order that it names, else it acts as a return.
    CLIENTELA_CANCELLATION = 2,
}

/// Sale lines by column, in arrays that belong to the caller and are read during the call
/// only. Set all of it to zero, then `size`, `rows` and the columns that you have.
///
/// Each array has `rows` values. Texts lie in one run of bytes, without zero bytes between
/// them: text i is the bytes from offsets[i] up to offsets[i + 1], so there are rows + 1
/// offsets. Every member is as wide as a pointer or a size_t, so there is no padding.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct clientela_sales {
    /// sizeof(clientela_sales).
    pub size: usize,
    /// Number of lines.
    pub rows: usize,
    /// Ids of clients as numbers; NULL where they are texts.
    pub client: *const i64,
    /// Ids of clients as texts, none of them empty; NULL where they are numbers.
    pub client_text: *const c_char,
    /// Offsets into client_text.
    pub client_offsets: *const i64,
    /// Days since 1970-01-01.
    pub date: *const i32,
    /// Amounts net of tax in minor units at the ledger's scale: 19.99 is 1999 at scale 2.
    pub amount: *const i64,
    /// Order ids as numbers, INT64_MIN is none. NULL where there are none or they are texts.
    pub order: *const i64,
    /// Order ids as texts, an empty one is none. NULL where there are none or they are numbers.
    pub order_text: *const c_char,
    /// Offsets into order_text.
    pub order_offsets: *const i64,
    /// Quantities in units of the ledger's quantity scale, INT64_MIN is unknown; or NULL.
    pub quantity: *const i64,
    /// Profits in minor units, INT64_MIN is unknown; or NULL.
    pub profit: *const i64,
    /// Categories, an empty one is unknown; or NULL.
    pub category_text: *const c_char,
    /// Offsets into category_text.
    pub category_offsets: *const i64,
    /// Managers, an empty one is unknown; or NULL.
    pub manager_text: *const c_char,
    /// Offsets into manager_text.
    pub manager_offsets: *const i64,
    /// Departments, an empty one is unknown; or NULL.
    pub department_text: *const c_char,
    /// Offsets into department_text.
    pub department_offsets: *const i64,
    /// Whether sold on promotion: 0 no, 1 yes, 255 unknown; or NULL.
    pub promo: *const u8,
    /// What each line is, see clientela_sale_kind; or NULL, then an amount below 0 is a return
    /// unless the option `negative` says otherwise.
    pub kind: *const u8,
    /// Brands, an empty one is unknown; or NULL.
    pub brand_text: *const c_char,
    /// Offsets into brand_text.
    pub brand_offsets: *const i64,
}

// SAFETY: `repr(C)`, begins with its size, every member is as wide as a pointer and so leaves
// no padding, and zero bytes are null pointers and zeros.
unsafe impl Versioned for clientela_sales {
    const NAME: &'static str = "clientela_sales";
    const FIRST: usize = 20 * size_of::<usize>();
}

const _: () = assert!(size_of::<clientela_sales>() == 22 * size_of::<usize>());

impl Default for clientela_sales {
    fn default() -> Self {
        Self {
            size: size_of::<Self>(),
            rows: 0,
            client: null(),
            client_text: null(),
            client_offsets: null(),
            date: null(),
            amount: null(),
            order: null(),
            order_text: null(),
            order_offsets: null(),
            quantity: null(),
            profit: null(),
            category_text: null(),
            category_offsets: null(),
            manager_text: null(),
            manager_offsets: null(),
            department_text: null(),
            department_offsets: null(),
            promo: null(),
            kind: null(),
            brand_text: null(),
            brand_offsets: null(),
        }
    }
}

impl clientela_sales {
    /// The columns as the core takes them, borrowed.
    ///
    /// # Safety
    /// Each pointer that is not NULL points to an array as the struct's description says,
    /// which nobody changes for `'a`.
    pub(crate) unsafe fn borrow<'a>(&self, first_row: u64) -> Result<Sales<'a>, Failure> {
        let rows = self.rows;
        // SAFETY: this function's own contract.
        let numbers = |pointer: *const i64, name| unsafe { slice(pointer, rows, name) };
        // SAFETY: as above.
        let texts = |data, offsets, name| unsafe { texts(data, offsets, rows, name) };
        // SAFETY: as above.
        let codes = |pointer: *const u8, name| unsafe { slice(pointer, rows, name) };

        let client = one_of(self.client, self.client_offsets, "client")?;
        let client = match client {
            Some(Kind::Numbers) => {
                ClientColumn::Int(Cow::Borrowed(numbers(self.client, "client")?))
            }
            Some(Kind::Texts) => {
                ClientColumn::Text(texts(self.client_text, self.client_offsets, "client")?)
            }
            None if rows == 0 => ClientColumn::Int(Cow::Borrowed(&[])),
            None => return Err(Failure::null("client")),
        };
        let order = match one_of(self.order, self.order_offsets, "order")? {
            Some(Kind::Numbers) => {
                Some(OrderColumn::Int(Cow::Borrowed(numbers(self.order, "order")?)))
            }
            Some(Kind::Texts) => {
                Some(OrderColumn::Text(texts(self.order_text, self.order_offsets, "order")?))
            }
            None => None,
        };
        let some_numbers = |pointer: *const i64, name| {
            (!pointer.is_null()).then(|| numbers(pointer, name).map(Cow::Borrowed)).transpose()
        };
        let some_texts = |data, offsets: *const i64, name| {
            (!offsets.is_null()).then(|| texts(data, offsets, name)).transpose()
        };
        let some_codes = |pointer: *const u8, name| {
            (!pointer.is_null()).then(|| codes(pointer, name).map(Cow::Borrowed)).transpose()
        };
        Ok(Sales {
            first_row,
            rows: None,
            client,
            // SAFETY: this function's own contract.
            day: Cow::Borrowed(unsafe { slice(self.date, rows, "date")? }),
            amount: Cow::Borrowed(numbers(self.amount, "amount")?),
            order,
            quantity: some_numbers(self.quantity, "quantity")?,
            profit: some_numbers(self.profit, "profit")?,
            category: some_texts(self.category_text, self.category_offsets, "category")?,
            brand: some_texts(self.brand_text, self.brand_offsets, "brand")?,
            manager: some_texts(self.manager_text, self.manager_offsets, "manager")?,
            department: some_texts(self.department_text, self.department_offsets, "department")?,
            promo: some_codes(self.promo, "promo")?,
            kind: some_codes(self.kind, "kind")?,
            set_aside: Vec::new(),
        })
    }
}

/// Which of its two forms an id column has.
enum Kind {
    Numbers,
    Texts,
}

fn one_of(
    numbers: *const i64,
    offsets: *const i64,
    name: &'static str,
) -> Result<Option<Kind>, Failure> {
    match (numbers.is_null(), offsets.is_null()) {
        (true, true) => Ok(None),
        (false, true) => Ok(Some(Kind::Numbers)),
        (true, false) => Ok(Some(Kind::Texts)),
        (false, false) => Err(Failure::column(name, "given as numbers and as texts, give one")),
    }
}

/// `rows` texts.
///
/// # Safety
/// Where `offsets` is not NULL it points to `rows + 1` values, and `data` to as many bytes as
/// the last of them says; nobody changes either for `'a`.
unsafe fn texts<'a>(
    data: *const c_char,
    offsets: *const i64,
    rows: usize,
    name: &'static str,
) -> Result<TextColumn<'a>, Failure> {
    let count = rows.checked_add(1).ok_or_else(|| Failure::column(name, "too many rows"))?;
    // SAFETY: this function's own contract.
    let offsets = unsafe { slice(offsets, count, name)? };
    if offsets[0] < 0 || !offsets.is_sorted() {
        return Err(Failure::column(name, "offsets must start at 0 or more and never fall"));
    }
    let length = usize::try_from(offsets[rows])
        .map_err(|_| Failure::column(name, "offsets leave the memory"))?;
    // SAFETY: this function's own contract; bytes have any bit pattern.
    let bytes = unsafe { slice(data.cast::<u8>(), length, name)? };
    let text = std::str::from_utf8(bytes).map_err(|error| Failure::utf8(name, &error))?;
    if let Some(row) = offsets.iter().position(|&offset| !text.is_char_boundary(offset as usize)) {
        let problem = format!("offset {row} lies inside a character");
        return Err(Failure::Core(Error::BadColumn { column: name.to_owned(), problem }));
    }
    Ok(TextColumn::large(text, offsets))
}
