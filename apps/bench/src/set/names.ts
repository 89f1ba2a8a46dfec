import type { Random } from './random.js';

// Put together by chance: no name here is a person's.

const FAMILY = ['Nguyễn', 'Trần', 'Lê', 'Phạm', 'Hoàng', 'Huỳnh', 'Phan', 'Vũ', 'Võ', 'Đặng', 'Bùi', 'Đỗ', 'Hồ', 'Ngô', 'Dương', 'Lý'];
const MIDDLE = ['Văn', 'Thị', 'Minh', 'Ngọc', 'Quốc', 'Thanh', 'Hữu', 'Đức', 'Xuân', 'Gia', 'Bảo', 'Khánh'];
const GIVEN = ['An', 'Bình', 'Châu', 'Dũng', 'Giang', 'Hà', 'Hạnh', 'Hiếu', 'Hùng', 'Huyền', 'Khôi', 'Lan', 'Linh', 'Long', 'Mai', 'Nam', 'Nga', 'Nhung', 'Phúc', 'Quân', 'Sơn', 'Tâm', 'Thảo', 'Trang', 'Tuấn', 'Uyên', 'Việt', 'Ý', 'Yến'];
const COMPANY = ['Hoàng Gia', 'Ánh Dương', 'Trường Thịnh', 'Minh Việt', 'Phương Đông', 'Sông Hiếu', 'Thành Đạt', 'Đại Phát', 'An Khang', 'Bắc Trung Nam'];
const PLACES = ['Triệu Phong', 'Cam Lộ', 'Hải Lăng', 'Vĩnh Linh', 'Gio Linh', 'Đông Hà', 'Hướng Hóa', 'Đakrông', 'Tân Lập', 'Bình Minh', 'Phước Thịnh', 'An Hòa'];
const SCHOOLS = ['Trường Tiểu học', 'Trường THCS', 'Trường THPT'];

export function personName(random: Random): string {
  return `${random.pick(FAMILY)} ${random.pick(MIDDLE)} ${random.pick(GIVEN)}`;
}

export function companyName(random: Random, serial: number): string {
  return `Công ty ${random.chance(0.5) ? 'Cổ phần' : 'TNHH'} ${random.pick(COMPANY)} ${serial}`;
}

export function placeName(random: Random, serial: number): string {
  return `${random.pick(PLACES)} ${serial}`;
}

export function schoolName(random: Random): string {
  return `${random.pick(SCHOOLS)} ${random.pick(PLACES)}`;
}
