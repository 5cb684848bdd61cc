/** What a real platform has in a database. */
export const events = [
  { id: '42', name: 'The Night Train', when: 'Friday, 20:00', sold: 412, seats: 480 },
  { id: '43', name: 'Bells without Towers', when: 'Saturday, 14:30', sold: 96, seats: 320 },
  { id: '44', name: 'Small Hours', when: 'Sunday, 22:00', sold: 58, seats: 60 },
];

export const bookings = [
  { id: '981', event: 'The Night Train', when: 'Friday, 20:00', seats: 'Row F, seats 12 and 13' },
  { id: '1044', event: 'Small Hours', when: 'Sunday, 22:00', seats: 'Table 4' },
];
