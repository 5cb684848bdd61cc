const paths = {
  bell: 'M6 9.5a6 6 0 0 1 12 0c0 5 2 6 2 7.5H4c0-1.5 2-2.5 2-7.5M10 20.5a2.3 2.3 0 0 0 4 0',
  markAsRead: 'm5 12.5 4.5 4.5L19 7.5',
  markAsUnread: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8',
  archive: 'M3.5 5h17v4h-17zM5.5 9v10h13V9M10 13h4',
  unarchive: 'm8 14-4-4 4-4m-4 4h11a5 5 0 0 1 0 10h-2',
};

export type IconName = keyof typeof paths;

/** A drawing of 24 by 24 in lines of the text's colour. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="belfry-icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
