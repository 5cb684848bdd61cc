const paths = {
  bell: 'M6 9a6 6 0 0 1 12 0c0 6 2 6 2 8H4c0-2 2-2 2-8m4 12a2 2 0 0 0 4 0',
  markAsRead: 'm5 13 4 4L19 7',
  markAsUnread: 'M12 8a4 4 0 1 0 .1 0z',
  archive: 'M4 5h16v4H4zm2 4v10h12V9m-8 4h4',
  unarchive: 'm8 14-4-4 4-4m-4 4h11a5 5 0 0 1 0 10h-2',
  external: 'M8 16 17 7M9 7h8v8',
};

export type IconName = keyof typeof paths;

/** A line drawing of 24 by 24 units in the colour of the text. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="belfry-icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
