//! Files made up for the tests.
#![allow(dead_code, reason = "each test binary uses its part")]

use std::io::{Cursor, Write};
use std::path::Path;

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A file of the test data.
pub(crate) fn data(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// An archive of compressed files.
pub(crate) fn archive<T: AsRef<[u8]>>(files: &[(&str, T)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_ref()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// The parts of a workbook of Excel with one sheet, `Клиенты`.
pub(crate) fn xlsx_parts(rows: &str, shared: &str) -> Vec<(&'static str, String)> {
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let package = "http://schemas.openxmlformats.org/package/2006";
    let relation = |id: u32, kind: &str, target: &str| {
        format!("<Relationship Id=\"rId{id}\" Type=\"{office}/{kind}\" Target=\"{target}\"/>")
    };
    vec![
        (
            "[Content_Types].xml",
            format!("<?xml version=\"1.0\"?><Types xmlns=\"{package}/content-types\"/>"),
        ),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{package}/relationships\">{}</Relationships>",
                relation(1, "officeDocument", "xl/workbook.xml")
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{office}\"><sheets>\
                 <sheet name=\"Клиенты\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{package}/relationships\">{}{}{}</Relationships>",
                relation(1, "worksheet", "worksheets/sheet1.xml"),
                relation(2, "styles", "styles.xml"),
                relation(3, "sharedStrings", "sharedStrings.xml")
            ),
        ),
        (
            "xl/styles.xml",
            format!(
                "<styleSheet xmlns=\"{main}\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/>\
                 <xf numFmtId=\"14\"/></cellXfs></styleSheet>"
            ),
        ),
        (
            "xl/sharedStrings.xml",
            format!("<sst xmlns=\"{main}\" count=\"1\"><si><t>{shared}</t></si></sst>"),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!("<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>"),
        ),
    ]
}

/// A workbook of Excel.
pub(crate) fn xlsx(rows: &str, shared: &str) -> Vec<u8> {
    archive(&xlsx_parts(rows, shared))
}

/// The document of a workbook of `OpenDocument` with these rows.
pub(crate) fn ods_content(rows: &str) -> String {
    let names = "urn:oasis:names:tc:opendocument:xmlns";
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content \
         xmlns:office=\"{names}:office:1.0\" xmlns:table=\"{names}:table:1.0\" \
         xmlns:text=\"{names}:text:1.0\" xmlns:calcext=\"urn:calcext\"><office:body>\
         <office:spreadsheet><table:table table:name=\"Лист\">{rows}</table:table>\
         </office:spreadsheet></office:body></office:document-content>"
    )
}

/// A workbook of `OpenDocument`.
pub(crate) fn ods_of(content: &str) -> Vec<u8> {
    archive(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", "<manifest:manifest xmlns:manifest=\"m\"/>"),
        ("content.xml", content),
    ])
}

/// Rows that hold a cell of every kind.
pub(crate) const ODS_ROWS: &str = "\
<table:table-row><table:table-cell office:value-type=\"string\"><text:p>Иван<text:s text:c=\"2\"/>П.</text:p>\
<text:p>вторая</text:p></table:table-cell>\
<table:table-cell office:value-type=\"float\" office:value=\"12417\"><text:p>12417</text:p></table:table-cell>\
<table:table-cell office:value-type=\"date\" office:date-value=\"2026-01-31\"><text:p>31.01</text:p></table:table-cell>\
<table:table-cell table:number-columns-repeated=\"2\"/>\
<table:table-cell office:value-type=\"boolean\" office:boolean-value=\"true\"/></table:table-row>\
<table:table-row table:number-rows-repeated=\"2\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>\
<table:table-row table:number-rows-repeated=\"2\"><table:table-cell office:value-type=\"float\" office:value=\"0.5\" table:number-columns-repeated=\"2\"/></table:table-row>\
<table:table-row table:number-rows-repeated=\"1048571\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>";

/// Rows that hold a cell of every kind.
pub(crate) const XLSX_ROWS: &str = "\
<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\"><v>12417</v></c><c r=\"C1\"><v>0.30000000000000004</v></c>\
<c r=\"D1\" s=\"1\"><v>46053</v></c><c r=\"E1\" t=\"b\"><v>1</v></c><c r=\"F1\" t=\"e\"><v>#N/A</v></c></row>\
<row r=\"3\"><c r=\"B3\" t=\"inlineStr\"><is><t>встроен</t></is></c><c r=\"C3\"><f>1+1</f><v>2</v></c>\
<c r=\"D3\"><v>12.5</v></c><c r=\"E3\" t=\"str\"><v>a &amp; b</v></c></row>";

/// A camt.053 message of some version around statements.
pub(crate) fn camt(version: &str, statements: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}\">\n\
         <BkToCstmrStmt><GrpHdr><MsgId>M</MsgId><CreDtTm>2026-02-01T00:00:00</CreDtTm></GrpHdr>\n\
         {statements}</BkToCstmrStmt></Document>\n"
    )
}

/// A statement with a payment in, one out, one announced, one taken back, a batch of two, and one
/// with too many places: 100 + 12.50 - 30 - 12.50 + 10 = 80.
pub(crate) const CAMT_STATEMENT: &str = "\
<Stmt><Id>S1</Id><Acct><Id><IBAN>DE89370400440532013000</IBAN></Id><Ccy>EUR</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-01-01</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">80.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-01-31</Dt></Dt></Bal>
<Ntry><Amt Ccy=\"EUR\">12.50</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-01-02</Dt></BookgDt><ValDt><Dt>2026-01-03</Dt></ValDt>
<NtryDtls><TxDtls><Refs><EndToEndId>E-1</EndToEndId></Refs><RltdPties><Dbtr><Nm>Müller &amp; Söhne</Nm></Dbtr><DbtrAcct><Id><IBAN>NL91ABNA0417164300</IBAN></Id></DbtrAcct></RltdPties>
<RltdAgts><DbtrAgt><FinInstnId><BIC>ABNANL2A</BIC></FinInstnId></DbtrAgt></RltdAgts><RmtInf><Ustrd>Invoice 7</Ustrd><Ustrd>second</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy=\"EUR\">30.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><DtTm>2026-01-04T10:00:00</DtTm></BookgDt><AddtlNtryInf>Fee</AddtlNtryInf></Ntry>
<Ntry><Amt Ccy=\"EUR\">99.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>PDNG</Sts><BookgDt><Dt>2026-01-05</Dt></BookgDt></Ntry>
<Ntry><Amt Ccy=\"EUR\">12.50</Amt><CdtDbtInd>DBIT</CdtDbtInd><RvslInd>true</RvslInd><Sts>BOOK</Sts><BookgDt><Dt>2026-01-06</Dt></BookgDt>
<NtryDtls><TxDtls><RltdPties><Cdtr><Nm>Müller &amp; Söhne</Nm></Cdtr><CdtrAcct><Id><IBAN>NL91ABNA0417164300</IBAN></Id></CdtrAcct></RltdPties></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy=\"EUR\">10.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-01-07</Dt></BookgDt><NtryDtls>
<TxDtls><Amt Ccy=\"EUR\">4.00</Amt><RltdPties><Dbtr><Nm>A</Nm><Id><OrgId><Othr><Id>TAX-1</Id></Othr></OrgId></Id></Dbtr></RltdPties></TxDtls>
<TxDtls><Amt Ccy=\"EUR\">6.00</Amt><RltdPties><Dbtr><Nm>B</Nm></Dbtr><DbtrAcct><Id><Othr><Id>12345</Id></Othr></Id></DbtrAcct></RltdPties></TxDtls></NtryDtls></Ntry>
</Stmt>
";

/// A file of 1C: a payment in, one out, a transfer between two accounts of the file, a document
/// without an amount. 1,000 + 500.50 - 200 - 100 = 1,200.50.
pub(crate) const ONE_C: &str = "\
1CClientBankExchange
ВерсияФормата=1.03
Кодировка=Windows
ДатаНачала=01.01.2026
ДатаКонца=31.01.2026
РасчСчет=40702810900000000001
СекцияРасчСчет
ДатаНачала=01.01.2026
ДатаКонца=31.01.2026
РасчСчет=40702810900000000001
НачальныйОстаток=1000.00
КонечныйОстаток=1200.50
КонецРасчСчет
СекцияРасчСчет
ДатаНачала=01.01.2026
ДатаКонца=31.01.2026
РасчСчет=40702978900000000002
НачальныйОстаток=5.00
КонецРасчСчет
СекцияДокумент=Платежное поручение
Номер=17
Дата=12.01.2026
Сумма=500,50
ПлательщикСчет=40702810500000000077
Плательщик1=ИНН 7707083893 ООО «Ёлка»
ПлательщикИНН=7707083893
ПлательщикБИК=044525225
ДатаПоступило=13.01.2026
ПолучательСчет=40702810900000000001
НазначениеПлатежа=Оплата по счёту № 5 от
10 января, НДС нет
КонецДокумента
СекцияДокумент=Банковский ордер
Номер=18
Дата=14.01.2026
Сумма=200.00
ПлательщикСчет=40702810900000000001
ДатаСписано=14.01.2026
ПолучательСчет=70601810000000000001
Получатель1=Банк
НазначениеПлатежа=Комиссия
КонецДокумента
СекцияДокумент=Платежное поручение
Номер=19
Дата=15.01.2026
Сумма=
ПлательщикСчет=40702810900000000001
КонецДокумента
СекцияДокумент=Платежное поручение
Номер=20
Дата=15.01.2026
Сумма=100.00
ПлательщикСчет=40702810900000000001
ДатаСписано=15.01.2026
ПолучательСчет=40702978900000000002
НазначениеПлатежа=Перевод
КонецДокумента
КонецФайла
";
