#!/usr/bin/env node
// Writes contacts.csv: a list as people really have them, the same bytes every time.
//   node examples/make-contacts.mjs > examples/contacts.csv

/** Contacts that are right, before the rows that are not. */
const PEOPLE = 546;

// Names as `shown/ascii` where the address needs another spelling, `_` for a space.
const REGIONS = [
  {
    zones: ['America/New_York', 'America/Chicago', 'America/New_York'],
    phone: (n) => `+1202555${String(100 + n).padStart(4, '0')}`,
    first:
      'Olivia James Renée Marcus Dwayne_"Buck"/dwayne Grace Tyrone Hannah Luis Beth Zoë Walter',
    last: "O'Brien/obrien Harper Whitfield Nguyen Castellano Brooks St._John/stjohn Delgado Park Lindqvist",
    companies: [
      ['Harbor & Finch, Inc.', 'harborfinch.example.com', 'Logistics'],
      ['Old Mill Print Co.', 'oldmillprint.example.net', 'Printing'],
      ['"The Copper Kettle" Roasters', 'copperkettle.example.com', 'Food and drink'],
    ],
  },
  {
    zones: ['America/Los_Angeles', 'America/Denver'],
    phone: (n) => `+1415555${String(100 + n).padStart(4, '0')}`,
    first: 'Maya Ethan Priya Noah Chloé Diego Amber Kai Sofía Jordan Tess Ravi',
    last: 'Castillo Fong McAllister Reyes Ishikawa Bauer Hollis de_la_Cruz/delacruz Sorensen Vance',
    companies: [
      ['Redwood Analytics', 'redwood.example.com', 'Software'],
      ['Bluebird Solar, LLC', 'bluebirdsolar.example.org', 'Energy'],
      ['Tidepool Studios', 'tidepool.example.net', 'Design'],
    ],
  },
  {
    zones: ['America/Mexico_City'],
    first: 'José Lucía Íñigo Valentina Andrés Ximena Raúl Paloma Héctor Itzel',
    last: 'Hernández Muñoz Ibáñez Quiñones Zúñiga Peña Villaseñor Cárdenas Solís',
    companies: [
      ['Café Ocotillo, S.A. de C.V.', 'ocotillo.example.com', 'Food and drink'],
      ['Textiles Peña y Hermanos', 'textilespena.example.org', 'Textiles'],
    ],
  },
  {
    zones: ['America/Sao_Paulo'],
    first: 'João Beatriz Antônio Conceição Thiago Letícia Érico Luíza Mateus Flávia',
    last: 'Gonçalves Araújo Simões Brandão Falcão Magalhães Corrêa Teixeira Leão',
    companies: [
      ['Araucária Móveis Ltda.', 'araucaria.example.com', 'Furniture'],
      ['Guimarães, Leão & Associados', 'guimaraesleao.example.net', 'Law'],
    ],
  },
  {
    zones: ['Europe/London', 'Europe/Dublin'],
    phone: (n) => `+442079460${String(100 + n)}`,
    first: 'Siobhán Alfie Gwendolyn Rhys Imogen Callum Aoife Nigel Harriet Seán',
    last: "Fotheringay Ó_Súilleabháin/osuilleabhain Pryce Ashworth D'Arcy/darcy MacLeod Okonkwo Featherstone Byrne",
    companies: [
      ['Thistle, Rowe & Daughters', 'thistlerowe.example.org', 'Accounting'],
      ['Marram Coastal Surveys', 'marram.example.net', 'Engineering'],
      ['Pennywhistle Toys', 'pennywhistle.example.com', 'Retail'],
    ],
  },
  {
    zones: ['Europe/Berlin', 'Europe/Vienna', 'Europe/Zurich'],
    first: 'Jürgen Käthe Björn Anneliese Götz Maximilian Frieda Uwe Rosalie Thaddäus',
    last: 'Müller Weiß Schönfeld Großkopf von_der_Heide/vonderheide Jäger Österreicher Kühn Dörr',
    companies: [
      ['Schönfeld Maschinenbau GmbH & Co. KG', 'schoenfeld.example.com', 'Machinery'],
      ['Bäckerei Kühn', 'baeckerei-kuehn.example.org', 'Food and drink'],
      ['Alpenglühen Optik AG', 'alpengluehen.example.net', 'Optics'],
    ],
  },
  {
    zones: ['Europe/Paris'],
    first: 'Éloïse Gaëtan Françoise Loïc Hélène Jérôme Maëlys Benoît Anaïs',
    last: "Lefèvre d'Aubigné/daubigne Bérenger Château Noël Rousseau Garçon Dupré",
    companies: [
      ['Librairie Les Trois Canards', 'troiscanards.example.com', 'Books'],
      ['Fromagerie Bérenger, père et fils', 'berenger.example.net', 'Food and drink'],
    ],
  },
  {
    zones: ['Europe/Warsaw', 'Europe/Stockholm'],
    first: 'Łukasz Zofia Grzegorz Małgorzata Åsa Øystein Jędrzej Agnieszka Sören',
    last: 'Wiśniewski Żółkiewska Gąsiorowski Bjørnstad Ålund Szczęsny Kołodziej Sjöberg',
    companies: [
      ['Gąsior i Spółka', 'gasior.example.org', 'Glass'],
      ['Norrsken Båtar AB', 'norrsken.example.com', 'Boats'],
    ],
  },
  {
    zones: ['Europe/Athens', 'Europe/Kyiv'],
    first:
      'Ελένη/eleni Γιώργος/giorgos Δήμητρα/dimitra Νίκος/nikos Оксана/oksana Тарас/taras Соломія/solomiia Богдан/bohdan',
    last: 'Παπαδοπούλου/papadopoulou Σταύρου/stavrou Αλεξίου/alexiou Шевченко/shevchenko Коваль/koval Мельник/melnyk Бондар/bondar',
    companies: [
      ['Ελαιώνες Σταύρου', 'elaiones.example.com', 'Food and drink'],
      ['Ковальська майстерня «Дзвін»', 'dzvin.example.org', 'Metalwork'],
    ],
  },
  {
    zones: ['Africa/Lagos', 'Africa/Nairobi', 'Africa/Cairo'],
    first:
      'Adaeze Olúwaṣeun/oluwaseun Chinedu Wanjiru Kipchoge Ngozi ليلى/layla عمر/omar Temitọpẹ/temitope',
    last: 'Okafor Adéyẹmí/adeyemi Mwangi Otieno Eze حسن/hassan منصور/mansour Balogun',
    companies: [
      ['Baobab Microfinance', 'baobab.example.net', 'Finance'],
      ['Nile & Niger Freight', 'nileniger.example.com', 'Logistics'],
    ],
  },
  {
    zones: ['Asia/Kolkata'],
    first: 'Aarav अनन्या/ananya Rohan Meenakshi विक्रम/vikram Kavya Siddharth Lakshmi Farhan',
    last: 'Iyer शर्मा/sharma Kapoor Mehta Chattopadhyay Nair Deshpande Singh Qureshi',
    companies: [
      ['Kapoor, Mehta & Sons', 'kapoormehta.example.com', 'Textiles'],
      ['Monsoon Software Pvt. Ltd.', 'monsoon.example.net', 'Software'],
      ['Chai Patti Exports', 'chaipatti.example.org', 'Food and drink'],
    ],
  },
  {
    zones: ['Asia/Tokyo', 'Asia/Seoul'],
    first:
      '美咲/misaki 健太/kenta さくら/sakura 大輔/daisuke 지훈/jihoon 서연/seoyeon 민준/minjun 葵/aoi',
    last: '佐藤/sato 鈴木/suzuki 高橋/takahashi 渡辺/watanabe 김/kim 이/lee 박/park 小林/kobayashi',
    companies: [
      ['株式会社さくら工業', 'sakurakogyo.example.com', 'Machinery'],
      ['한강 디자인', 'hangang.example.org', 'Design'],
    ],
  },
  {
    zones: ['Asia/Singapore', 'Asia/Shanghai'],
    first: '伟/wei 秀英/xiuying Nurul 国强/guoqiang Mei_Ling/meiling 丽/li Arjun 建华/jianhua',
    last: '王/wang 李/li binte_Rahman/rahman 张/zhang Tan 刘/liu Pillai 陈/chen',
    companies: [
      ['海燕贸易有限公司', 'haiyan.example.net', 'Trade'],
      ['Merlion Marine Supplies', 'merlion.example.com', 'Boats'],
    ],
  },
  {
    zones: ['Australia/Sydney', 'Australia/Adelaide', 'Pacific/Auckland'],
    phone: (n) => `+6125550${String(1000 + n)}`,
    first: 'Matilda Lachlan Aroha Darcy Kiri Bronwyn Jarrah Tāne Indigo Hamish',
    last: "Wilkinson Ngata O'Shea/oshea Fitzgerald Te_Kanawa/tekanawa Papadakis Burke Whaitiri",
    companies: [
      ['Jacaranda Landscapes Pty Ltd', 'jacaranda.example.com', 'Gardens'],
      ['Southern Cross Shearing, Est. 1921', 'southerncross.example.net', 'Wool'],
      ['Kōwhai Books', 'kowhai.example.org', 'Books'],
    ],
  },
];

/** Where people without a company have their mail. */
const MAILBOXES = ['mail.example.com', 'post.example.net', 'inbox.example.org', 'example.com'];
const TITLES = [
  'Owner',
  'Head of Operations',
  'Purchasing, EMEA & APAC',
  'Office Manager',
  'CTO',
  'Marketing Lead',
  'Director, "Special Projects"',
  '',
];

/** mulberry32: small, fast, and the same everywhere. */
function seeded(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const random = seeded(20_270_104);
const pick = (list) => list[Math.floor(random() * list.length)];

const LETTERS = { ß: 'ss', ø: 'o', ł: 'l', æ: 'ae' };
const ascii = (text) =>
  text
    .toLowerCase()
    .replace(/[ßøłæ]/g, (letter) => LETTERS[letter])
    .normalize('NFD')
    .replace(/[^a-z]/g, '');

const names = (list) =>
  list.split(' ').map((entry) => {
    const [shown, spelled] = entry.split('/');
    return { shown: shown.replaceAll('_', ' '), address: spelled ?? ascii(shown) };
  });

const LOCAL_PARTS = [
  (first, last) => `${first}.${last}`,
  (first, last) => `${first}.${last}`,
  (first, last) => `${first[0]}${last}`,
  (first, last) => `${last}_${first}`,
];

const COLUMNS = [
  ...['E-Mail', 'First Name', 'Last Name', 'Company', 'Title', 'Time Zone'],
  ...['Phone', 'Website', 'Industry', 'teamSize', 'notes'],
];

function person(index, taken) {
  const region = REGIONS[index % REGIONS.length];
  const alone = random() < 0.06;
  const [company, domain, industry] = alone ? ['', pick(MAILBOXES), ''] : pick(region.companies);
  for (;;) {
    const first = pick(names(region.first));
    const last = pick(names(region.last));
    const address = `${pick(LOCAL_PARTS)(first.address, last.address)}@${domain}`;
    if (taken.has(address)) continue;
    taken.add(address);
    return {
      'E-Mail': address,
      'First Name': random() < 0.03 ? '' : first.shown,
      'Last Name': last.shown,
      Company: company,
      Title: pick(TITLES),
      'Time Zone': random() < 0.08 ? '' : pick(region.zones),
      Phone: region.phone && random() < 0.3 ? region.phone(index) : '',
      Website: alone ? '' : `https://${domain}`,
      Industry: industry,
      teamSize: alone ? '' : String(1 + Math.floor(random() * 80)),
      notes: random() < 0.03 ? 'Met at the fair,\nwants a call "some time in spring"' : '',
    };
  }
}

/** Addresses with words that the emulator obeys, so that a run meets every end there is. */
const FATES = ['hardbounce', 'softbounce', 'blocked', 'unsubscribe', 'complain'];

function withFates(rows) {
  const changed = rows.slice();
  FATES.forEach((word, n) => {
    for (const index of [17 + n * 37, 243 + n * 53]) {
      const [local, domain] = rows[index]['E-Mail'].split('@');
      changed[index] = { ...rows[index], 'E-Mail': `${local}+${word}@${domain}` };
    }
  });
  return changed;
}

/** Rows that an import must refuse or recognise, put between the others. */
function mistakes(rows) {
  const of = (index, changes) => ({ ...rows[index], ...changes });
  const address = (index) => rows[index]['E-Mail'];
  const long = (text, times) => Array(times).fill(text).join(' ');
  return [
    ...[31, 118, 222, 305].map((index) => of(index, {})),
    ...[44, 190, 377].map((index) => of(index, { 'E-Mail': address(index).toUpperCase() })),
    ...[61, 401].map((index) => of(index, { 'E-Mail': `  ${address(index)} `, Title: 'Owner' })),
    ...[9, 87, 260, 433].map((index) => of(index, { 'E-Mail': '' })),
    ...[
      'lena.harbor.example.com',
      'two@signs@mail.example.com',
      'space in@mail.example.com',
      'dot.@mail.example.com',
      'nobody@localhost',
      '@mail.example.com',
      `${'a'.repeat(70)}@mail.example.com`,
      'n/a',
    ].map((wrong, n) => of(20 + n * 40, { 'E-Mail': wrong })),
    ...['Mars/Olympus_Mons', 'EST5', 'Berlin', 'UTC+25', 'America/New York'].map((zone, n) =>
      of(33 + n * 70, { 'E-Mail': `zone${n}.${address(33 + n * 70)}`, 'Time Zone': zone }),
    ),
    of(70, { 'E-Mail': `long1.${address(70)}`, Company: long('Very Long Holding', 40) }),
    of(140, { 'E-Mail': `long2.${address(140)}`, 'First Name': long('Wolfeschlegel', 80) }),
    of(210, { 'E-Mail': `long3.${address(210)}`, Title: long('Assistant to the', 60) }),
  ];
}

const cell = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const line = (row) => COLUMNS.map((column) => cell(row[column])).join(',');

const taken = new Set();
const rows = withFates(Array.from({ length: PEOPLE }, (_, index) => person(index, taken)));
const wrong = mistakes(rows);
// All stand behind row 410, where every duplicate comes after its original.
const all = rows.flatMap((row, index) => [row, ...wrong.filter((_, n) => index === 410 + n * 4)]);

process.stdout.write(`\uFEFF${[COLUMNS.join(','), ...all.map(line)].join('\n')}\n`);
